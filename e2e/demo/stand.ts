// A bank of a test's own: another `renkei serve` on its own ports and its own copy of the demo's fresh data, so that
// locks, registered PINs and permissions of one test are nobody else's. Keys, users and partners are the demo's.

import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { call } from '../partner/loopback.ts';
import { PartnerClient, type Bank } from '../partner/client.ts';
import { ROOT, demo, type DemoPartner } from './description.ts';
import { freePorts } from './ports.ts';
import { within } from './process.ts';
import { demoFile, renkei, RENKEI } from './renkei.ts';

const TEMPLATE = `${ROOT}target/e2e/template`;
const READY_SECONDS = 30;

/** Makes the fresh data that every stand begins with. */
export async function makeTemplate(): Promise<void> {
  rmSync(TEMPLATE, { recursive: true, force: true });
  mkdirSync(TEMPLATE, { recursive: true, mode: 0o700 });
  const environment = dataIn(TEMPLATE);
  await renkei(['keys', 'generate', '--dir', TEMPLATE], environment);
  await renkei(['migrate'], environment);
  await renkei(['user', 'add', demoFile('users.toml')], environment);
  await renkei(['partner', 'add', demoFile('partners.toml')], environment);
  const pins = join(TEMPLATE, 'pins.toml');
  writeFileSync(pins, pinsOnFile(), { mode: 0o600 });
  await renkei(['pin', 'import', pins], environment);
  rmSync(pins);
}

/** The PINs that were on file before the demo began, as `renkei pin import` reads them. */
function pinsOnFile(): string {
  const registered = demo().users.flatMap((user) => user.accounts.filter((account) => account.registered).map((account) => ({ user, account })));
  return registered
    .map(({ user, account }) =>
      [
        '[[pin]]',
        `user = ${JSON.stringify(user.name)}`,
        `branch_code = ${JSON.stringify(account.branch_code)}`,
        `type = ${JSON.stringify(account.type)}`,
        `number = ${JSON.stringify(account.number)}`,
        `pin = ${JSON.stringify(account.pin)}`,
      ].join('\n'),
    )
    .join('\n\n');
}

function dataIn(folder: string): Record<string, string> {
  return {
    RENKEI_DATABASE__URL: `sqlite://${folder}/renkei.db?mode=rwc`,
    RENKEI_CORE__STATE: join(folder, 'simulator.json'),
    RENKEI_VAULT__KEYS: join(folder, 'vault-keys.toml'),
    RENKEI_SIGNING__KEYS: join(folder, 'signing-keys.toml'),
  };
}

export type Environment = Record<string, string | undefined>;

export class Stand implements Bank {
  readonly ca = demo().ca_certificate;
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly issuer: string,
    readonly partnerUrl: string,
    readonly ports: { browser: number; certificate: number; partner: number; metrics: number },
    private readonly environment: Environment,
  ) {}

  /** Starts a bank; `changes` are further variables that override its configuration; undefined ones are unset. */
  static async start(changes: Environment = {}): Promise<Stand> {
    const folder = mkdtempSync(join(tmpdir(), 'renkei-e2e-stand-'));
    cpSync(TEMPLATE, folder, { recursive: true });
    const [browser, certificate, partner, metrics] = (await freePorts(4)) as [number, number, number, number];
    const issuer = `https://localhost:${browser}`;
    const partnerUrl = `https://localhost:${partner}`;
    const stand = new Stand(folder, issuer, partnerUrl, { browser, certificate, partner, metrics }, {
      ...dataIn(folder),
      RENKEI_ISSUER: issuer,
      RENKEI_LISTENERS__BROWSER: `127.0.0.1:${browser}`,
      RENKEI_LISTENERS__CERTIFICATE: `127.0.0.1:${certificate}`,
      RENKEI_LISTENERS__PARTNER: `127.0.0.1:${partner}`,
      RENKEI_LISTENERS__METRICS: `127.0.0.1:${metrics}`,
      RENKEI_CLIENT_CERTIFICATES__PUBLIC_PORT: String(certificate),
      RENKEI_PARTNER_CERTIFICATES__PARTNER_URL: partnerUrl,
      ...changes,
    });
    try {
      await stand.serve();
    } catch (error) {
      await stand.remove();
      throw error;
    }
    return stand;
  }

  /** Starts the server, or starts it again; waits until it is ready. */
  async serve(): Promise<void> {
    const log = openSync(join(this.folder, 'renkei.log'), 'a');
    const child = spawn(RENKEI, ['serve'], {
      env: { ...process.env, RENKEI_CONFIG: demoFile('renkei.toml'), ...this.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    const inTime = await within(READY_SECONDS, async () => child.exitCode !== null || (await this.isReady()));
    if (child.exitCode !== null || !inTime) throw new Error(`renkei serve is not ready:\n${this.log().slice(-3000)}`);
  }

  /** Whether it answers and its database does; one with a stale revocation list is not ready, but tells people why. */
  private async isReady(): Promise<boolean> {
    const answer = await call(`http://127.0.0.1:${this.ports.metrics}/readyz`).catch(() => undefined);
    return answer?.json<{ database: boolean }>().database === true;
  }

  /** Stops the server as an operator does, or kills it as a power cut does. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(killer);
  }

  /** Stops the server and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of the operator against this bank. */
  operator(...words: string[]): Promise<string> {
    return renkei(words, this.environment);
  }

  /** Tells the simulated core banking system what to do: `unlock-pin`, `set-faults`, ... */
  core(act: string, ...words: string[]): Promise<string> {
    return renkei(['simulator', act, '--state', join(this.folder, 'simulator.json'), ...words], this.environment);
  }

  /** Registers another partner like this one of the demo, by private_key_jwt with this key. */
  async register(like: DemoPartner, clientId: string, key: JWK & { kid: string; alg: string }): Promise<DemoPartner> {
    const partner = { ...like, client_id: clientId, private_jwk: key, signing_key_pem: null };
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicKey } = key;
    const table = (name: string, members: object) => [name, ...Object.entries(members).map(([member, value]) => `${member} = ${JSON.stringify(value)}`)].join('\n');
    const described = ['legal_name', 'registration_number', 'purpose', 'complaint_contact'].map((member) => [member, clientId]);
    const file = join(this.folder, `${clientId}.toml`);
    writeFileSync(
      file,
      [
        table('[[partner]]', { client_id: clientId, name: clientId, ...Object.fromEntries(described), profile: like.profile, businesses: like.businesses }),
        table('[partner.registration]', {
          token_endpoint_auth_method: 'private_key_jwt',
          redirect_uris: like.redirect_uris,
          scope: like.scopes.join(' '),
          tls_client_certificate_bound_access_tokens: like.token_binding === 'mtls',
          dpop_bound_access_tokens: like.token_binding === 'dpop',
        }),
        table('[[partner.registration.jwks.keys]]', publicKey),
      ].join('\n'),
    );
    await this.operator('partner', 'add', file);
    return partner;
  }

  /** A partner of the demo that sets all these members so. */
  partner(wanted: Partial<DemoPartner> = { auth_method: 'private_key_jwt' }): PartnerClient {
    const fits = (partner: DemoPartner) => Object.entries(wanted).every(([name, value]) => partner[name as keyof DemoPartner] === value);
    const registration = demo().partners.find(fits);
    if (!registration) throw new Error(`demo.json names no partner with ${JSON.stringify(wanted)}`);
    return new PartnerClient(this, registration);
  }

  /** The path of a `demo.json` that describes this bank and its partners, as far as a partner reads it. */
  describe(partners: DemoPartner[] = demo().partners): string {
    const path = join(this.folder, 'demo.json');
    const { issuer, partnerUrl } = this;
    writeFileSync(path, JSON.stringify({ ...demo(), issuer, browser_url: issuer, partner_mtls_url: partnerUrl, partners }), { mode: 0o600 });
    return path;
  }

  /** What the server has logged so far. */
  log(): string {
    const path = join(this.folder, 'renkei.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}
