// The partners' own OAuth libraries, unmodified from their registries, against the bank: the programs of docs/examples
// link, read, refresh, introspect and revoke while a customer uses the real pages.
//
// | library | authentication | tokens | besides |
// |---|---|---|---|
// | openid-client (npm) | private_key_jwt, tls_client_auth | mutual TLS, DPoP | PAR, PKCE, id_token, UserInfo |
// | | private_key_jwt, tls_client_auth | mutual TLS, DPoP | the same with JARM |
// | | self_signed_tls_client_auth | mutual TLS | the same |
// | | private_key_jwt by PS256 | mutual TLS | the same |
// | | private_key_jwt | mutual TLS | JAR by PAR, JARM, signed introspection, signed accounts |
// | | client_secret_basic, client_secret_post | unbound | no PAR |
// | Authlib (PyPI) | private_key_jwt (EdDSA too), tls_client_auth, self_signed_tls_client_auth | mutual TLS | PAR, PKCE, id_token, UserInfo |
// | | client_secret_basic, client_secret_post | unbound | no PAR |
// | oauth2 (crates.io) | private_key_jwt, tls_client_auth | mutual TLS | PAR, PKCE |
// | openidconnect (crates.io) | private_key_jwt, tls_client_auth | mutual TLS | PAR, PKCE, id_token, UserInfo |
// | both | client_secret_basic, client_secret_post | unbound | no PAR |

import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { demo, user, type DemoPartner } from '../demo/description.ts';
import type { Stand } from '../demo/stand.ts';
import { expect, test } from '../fixtures.ts';
import type { Wizard } from '../pages/wizard.ts';
import { Program, type Library } from '../partner/program.ts';

/** All accounts of this one are registered, so that the procedure is short. */
const CUSTOMER = 'yubari-jiro';

interface Case {
  library: Library;
  program: string;
  partner: string;
  /** What the program must have from the bank beyond the tokens. */
  openid?: boolean;
  /** The customer comes back with a signed response (JARM). */
  jarm?: boolean;
  /** The accounts API was asked to sign its answer. */
  signed?: boolean;
  /** The library hands the members of an introspection answer on that RFC 7662 does not name. */
  showsConfirmation?: boolean;
}

const CASES: Case[] = [
  ...['pkjwt-mtls', 'pkjwt-dpop', 'mtls-mtls', 'mtls-dpop', 'self-signed', 'ps256'].map((partner) => ({
    library: 'openid-client' as const,
    program: 'linkage',
    partner,
    openid: true,
    showsConfirmation: true,
  })),
  ...['pkjwt-mtls', 'pkjwt-dpop', 'mtls-mtls', 'mtls-dpop'].map((partner) => ({
    library: 'openid-client' as const,
    program: 'linkage',
    partner,
    openid: true,
    jarm: true,
    showsConfirmation: true,
  })),
  { library: 'openid-client', program: 'signed-linkage', partner: 'jar-jarm', openid: true, signed: true, showsConfirmation: true },
  { library: 'openid-client', program: 'baseline', partner: 'keihi-note' },
  { library: 'openid-client', program: 'baseline', partner: 'post-baseline', openid: true },
  ...['pkjwt-mtls', 'mtls-mtls', 'self-signed'].map((partner) => ({
    library: 'authlib' as const,
    program: 'linkage',
    partner,
    openid: true,
    showsConfirmation: true,
  })),
  { library: 'authlib', program: 'baseline', partner: 'keihi-note' },
  { library: 'authlib', program: 'baseline', partner: 'post-baseline', openid: true },
  ...['pkjwt-mtls', 'mtls-mtls'].flatMap((partner) => [
    { library: 'rust' as const, program: 'linkage_oauth2', partner },
    { library: 'rust' as const, program: 'linkage_openidconnect', partner, openid: true },
  ]),
  { library: 'rust', program: 'linkage_oauth2', partner: 'keihi-note' },
  { library: 'rust', program: 'linkage_oauth2', partner: 'post-baseline' },
  { library: 'rust', program: 'linkage_openidconnect', partner: 'post-baseline', openid: true },
];

const named = (clientId: string): DemoPartner => {
  const partner = demo().partners.find((candidate) => candidate.client_id === clientId);
  if (!partner) throw new Error(`demo.json names no partner ${clientId}`);
  return partner;
};

/** Starts the program and ends it after the test's use of it, whatever comes of that. */
async function running<T>(bank: Stand, one: Case, partner: DemoPartner, use: (client: Program) => Promise<T>): Promise<T> {
  const client = Program.start(one.library, one.program, bank.describe([partner]), partner.client_id, ...(one.jarm ? ['jarm'] : []));
  try {
    return await use(client);
  } finally {
    client.stop();
  }
}

/** The address that the browser is at, once it is the partner's. */
async function returned(wizard: Wizard): Promise<string> {
  await wizard.person.backAtPartner();
  return wizard.page.url();
}

/** How the tokens of this partner are bound (RFC 8705 section 3.1; RFC 9449 section 6.1). */
function confirmation(partner: DemoPartner): unknown {
  if (partner.token_binding === 'none') return undefined;
  if (partner.token_binding === 'dpop') return { jkt: expect.stringMatching(/^[\w-]{43}$/) };
  const { fingerprint256 } = new X509Certificate(readFileSync(partner.certificate_pem!));
  return { 'x5t#S256': Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url') };
}

/** The customer permits what the program asks for, and the program does everything that a partner does. */
async function links(bank: Stand, wizard: Wizard, one: Case, partner: DemoPartner): Promise<void> {
  await running(bank, one, partner, async (client) => {
    await wizard.arriveAndLogIn(await client.sendsCustomerTo(), CUSTOMER);
    if (partner.businesses === 'choose') await wizard.choose('balance', 'statement');
    await wizard.permit();
    const { succeeded, complaints } = await client.customerReturns(await returned(wizard));
    expect(succeeded, complaints).toBe(true);

    if (one.jarm) expect(client.said('returned').parameters).toEqual(['response']);
    expect(client.said('discovered')).toMatchObject({ issuer: bank.issuer, authentication: partner.auth_method });
    for (const event of ['tokens', 'refreshed']) {
      const tokens = client.said(event);
      expect(tokens.token_type.toLowerCase()).toBe(partner.token_binding === 'dpop' ? 'dpop' : 'bearer');
      expect(tokens.expires_in).toBeGreaterThan(0);
    }
    const { scope, has_refresh_token } = client.said('tokens');
    expect(scope.split(' ')).toEqual(expect.arrayContaining(['accounts', 'statement']));
    expect(scope.split(' ')).not.toContain('transfers');
    expect(has_refresh_token).toBe(true);

    if (one.openid) {
      const { claims } = client.said('id_token');
      expect([claims.iss, [claims.aud].flat()]).toEqual([bank.issuer, [partner.client_id]]);
      expect(claims.auth_time).toBeLessThanOrEqual(claims.iat);
      expect(claims.acr).toBeTruthy();
      expect(client.said('userinfo').claims.sub).toBe(claims.sub);
    }

    const { accounts } = user(CUSTOMER);
    expect(client.said('accounts').accounts.map((account: { account_number: string }) => account.account_number).sort()).toEqual(
      accounts.map(({ number }) => number).sort(),
    );
    if (one.signed) expect(client.said('signed_accounts').accounts).toEqual(client.said('accounts').accounts);
    expect(client.said('statement').count).toBeGreaterThan(0);
    expect(client.said('accounts_after_refresh').count).toBe(accounts.length);

    const introspection = client.said('introspection');
    expect(introspection).toMatchObject({ active: true, client_id: partner.client_id });
    if (one.showsConfirmation) expect(introspection.cnf).toEqual(confirmation(partner));

    expect(client.said('revoked')).toMatchObject({ active: false, refusal: { status: 401, error: 'invalid_token' } });
  });
}

for (const one of CASES) {
  test(`${one.library} ${one.program} for ${one.partner}${one.jarm ? ' with JARM' : ''}`, async ({ bank, customer }) => {
    await links(bank, await customer(CUSTOMER), one, named(one.partner));
  });
}

test('authlib linkage with a key for EdDSA', async ({ bank, customer }) => {
  const one: Case = { library: 'authlib', program: 'linkage', partner: 'eddsa', openid: true, showsConfirmation: true };
  const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
  const jwk = { ...key, use: 'sig', alg: 'EdDSA', kid: 'eddsa-1' };
  await links(bank, await customer(CUSTOMER), one, await bank.register(named('pkjwt-mtls'), one.partner, jwk));
});

test('JARM: the answer is one signed parameter, and a refusal is signed as well', async ({ bank, customer }) => {
  const wizard = await customer(CUSTOMER);
  const one: Case = { library: 'openid-client', program: 'signed-linkage', partner: 'jar-jarm' };
  await running(bank, one, named(one.partner), async (client) => {
    await wizard.arrive(await client.sendsCustomerTo());
    await wizard.cancel();
    const address = await returned(wizard);
    expect([...new URL(address).searchParams.keys()]).toEqual(['response']);
    const { succeeded, complaints } = await client.customerReturns(address);
    expect([succeeded, complaints]).toEqual([false, expect.stringContaining('access_denied')]);
  });
});

test('an answer that names another server is refused by each library', async ({ bank, customer }) => {
  test.setTimeout(180_000);
  const wizard = await customer(CUSTOMER);
  for (const one of [
    { library: 'openid-client', program: 'linkage', partner: 'pkjwt-mtls' },
    { library: 'authlib', program: 'linkage', partner: 'pkjwt-mtls' },
    { library: 'rust', program: 'linkage_oauth2', partner: 'pkjwt-mtls' },
    { library: 'rust', program: 'linkage_openidconnect', partner: 'pkjwt-mtls' },
  ] satisfies Case[]) {
    await running(bank, one, named(one.partner), async (client) => {
      await wizard.arriveAndLogIn(await client.sendsCustomerTo(), CUSTOMER);
      await wizard.choose('balance', 'statement');
      await wizard.permit();
      const address = new URL(await returned(wizard));
      address.searchParams.set('iss', 'https://attacker.example');
      expect((await client.customerReturns(address.href)).succeeded, one.library).toBe(false);
      expect(client.sayings.map(({ event }) => event), one.library).not.toContain('tokens');
    });
  }
});
