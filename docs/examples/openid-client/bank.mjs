// What each program begins with: the partner's registration, the connection to the bank, and the customer's way there and
// back. In a product this is your configuration, your HTTP client and your callback handler.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as client from 'openid-client';
import { Agent, fetch } from 'undici';

/** How each method of client authentication is spelled in openid-client. */
const AUTHENTICATION = {
  private_key_jwt: (partner, key) => client.PrivateKeyJwt(key),
  tls_client_auth: () => client.TlsClientAuth(),
  self_signed_tls_client_auth: () => client.TlsClientAuth(),
  client_secret_basic: (partner) => client.ClientSecretBasic(partner.client_secret),
  client_secret_post: (partner) => client.ClientSecretPost(partner.client_secret),
};

const SIGNATURES = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
};

/**
 * Reads `<program> <demo.json> <client_id>`, discovers the bank and connects to it. `metadata` is what this program
 * expects of the bank beyond the registration, `execute` are the extensions of openid-client that it uses.
 */
export async function connect(metadata = {}, execute = []) {
  const [path, clientId] = process.argv.slice(2);
  const demo = JSON.parse(readFileSync(path, 'utf8'));
  const partner = demo.partners.find((candidate) => candidate.client_id === clientId);
  if (!partner) throw new Error(`${path} names no partner ${clientId}`);

  const authenticatesByTls = partner.auth_method.endsWith('tls_client_auth');
  const isBoundByTls = partner.token_binding === 'mtls';
  const showsCertificate = authenticatesByTls || isBoundByTls;
  // One agent for everything: tokens are bound to the certificate of the connection.
  const dispatcher = new Agent({
    connect: {
      ca: readFileSync(demo.ca_certificate),
      ...(showsCertificate ? { cert: readFileSync(partner.certificate_pem), key: readFileSync(partner.key_pem) } : {}),
    },
  });
  const fetchFromBank = (url, options) => fetch(url, { ...options, dispatcher });
  const key = await signingKey(partner.private_jwk);

  const config = await client.discovery(
    new URL(demo.issuer),
    partner.client_id,
    {
      // A connection with a certificate goes to the endpoints below `mtls_endpoint_aliases`.
      use_mtls_endpoint_aliases: showsCertificate,
      ...metadata,
    },
    AUTHENTICATION[partner.auth_method](partner, key),
    {
      [client.customFetch]: fetchFromBank,
      // The signature of an id_token is verified too, not only the connection that it came by.
      execute: [client.enableNonRepudiationChecks, ...execute],
    },
  );
  // With DPoP each request carries a proof made by this key; openid-client makes them, and repeats them with the
  // bank's nonce. Keep the key as long as the refresh token, which is bound to it.
  const dpop = partner.token_binding === 'dpop' ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined;
  const server = config.serverMetadata();
  say('discovered', { issuer: server.issuer, authentication: partner.auth_method, binding: partner.token_binding });
  return { config, partner, key, fetchFromBank, options: { DPoP: dpop }, api: server.protected_resources[0] };
}

/** The key of client assertions and request objects, with the `kid` under which the bank has its public half. */
async function signingKey(jwk) {
  if (!jwk) return undefined;
  const key = await crypto.subtle.importKey('jwk', jwk, SIGNATURES[jwk.alg], false, ['sign']);
  return { key, kid: jwk.kid };
}

/** Sends the customer to the bank, and answers the address at which the customer came back. */
export async function sendCustomer(url) {
  console.log(`OPEN ${url.href}`);
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return new URL(line.trim());
  }
  throw new Error('the customer did not come back');
}

/** Prints one line of JSON about what happened. */
export function say(event, details) {
  console.log(JSON.stringify({ event, ...details }));
}
