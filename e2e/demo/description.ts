// `target/demo/demo.json` (docs/demo.schema.json): what a running demo says about itself.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JWK } from 'jose';
import type { Pkcs12 } from '../browser/certificate-store.ts';

export interface DemoAccount {
  branch_code: string;
  branch_name: string;
  type: string;
  number: string;
  memo: string | null;
  pin: string;
  registered: boolean;
}

export interface CertificateFiles extends Pkcs12 {
  certificate_pem: string;
  key_pem: string;
}

export interface DemoUser extends CertificateFiles {
  name: string;
  role: 'master' | 'administrator' | 'ordinary';
  login_password: string;
  accounts: DemoAccount[];
}

export type BadKind = 'expired' | 'not_yet_valid' | 'revoked' | 'unknown_issuer' | 'unbound';

export interface BadCertificate extends CertificateFiles {
  kind: BadKind;
}

export interface DemoPartner {
  client_id: string;
  profile: 'fapi2' | 'baseline';
  auth_method: 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth' | 'client_secret_basic' | 'client_secret_post';
  token_binding: 'mtls' | 'dpop' | 'none';
  client_secret: string | null;
  private_jwk: JWK | null;
  signing_key_pem: string | null;
  certificate_pem: string | null;
  key_pem: string | null;
  redirect_uris: string[];
  scopes: string[];
  businesses: 'choose' | 'fixed';
  registration: Record<string, unknown>;
}

export interface Demo {
  pid: number;
  log_dir: string;
  database_url: string;
  ports: Record<string, number>;
  issuer: string;
  browser_url: string;
  certificate_url: string;
  partner_mtls_url: string;
  partner_app_url: string;
  ca_certificate: string;
  busy_day: { account: { branch_code: string; type: string; number: string }; date: string };
  users: DemoUser[];
  certificates: BadCertificate[];
  partners: DemoPartner[];
  initial_access_token: string;
}

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where a demo of this workspace describes itself; another one by `RENKEI_DEMO_JSON`. */
export const DEMO_JSON = process.env.RENKEI_DEMO_JSON ?? `${ROOT}target/demo/demo.json`;

let description: Demo | undefined;

/** The demo that these tests run against. */
export function demo(): Demo {
  description ??= JSON.parse(readFileSync(DEMO_JSON, 'utf8')) as Demo;
  return description;
}

/** The partners that the accounting software can be; the others are for programs. */
export function storyPartners(): DemoPartner[] {
  const { partners, partner_app_url } = demo();
  return partners.filter(({ redirect_uris }) => redirect_uris[0]?.startsWith(`${partner_app_url}/`));
}

/** A user of the demo by login name. */
export function user(name: string): DemoUser {
  return found(
    demo().users.find((candidate) => candidate.name === name),
    `user ${name}`,
  );
}

/** The demo's certificate that must not let anybody in for this reason. */
export function badCertificate(kind: BadKind): BadCertificate {
  return found(
    demo().certificates.find((candidate) => candidate.kind === kind),
    `${kind} certificate`,
  );
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`demo.json names no ${what}`);
  return thing;
}
