// A certification authority of the tests' own, for servers that the demo's has no certificate for: the relay, and the
// certificate listener under names for which Chromium asks (see policy.ts).

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../demo/description.ts';
import { demoFile } from '../demo/renkei.ts';

const FOLDER = `${ROOT}target/e2e/authority`;

/** Names below this one are outside the policy. */
export const ASKED_DOMAIN = 'pick.localhost';

export const TEST_AUTHORITY = join(FOLDER, 'ca.pem');
export const TEST_SERVER = { certificate: join(FOLDER, 'server.pem'), key: join(FOLDER, 'server.key') };

/** Makes the authority and its one server certificate. */
export function makeTestAuthority(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const extensions = join(FOLDER, 'server.ext');
  const names = ['cert.localhost', ASKED_DOMAIN].flatMap((name) => [`DNS:${name}`, `DNS:*.${name}`]);
  writeFileSync(extensions, `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '7', '-subj', '/CN=Renkei e2e');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=Renkei e2e server');
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '7', '-extfile', extensions, '-out', 'server.pem');
}

/** A revocation list of the demo's client authority that was due for renewal long ago; answers its path. */
export function staleRevocationList(): string {
  const authority = demoFile('pki/client-ca.pem');
  const folder = mkdtempSync(join(FOLDER, 'crl-'));
  const configuration = join(folder, 'ca.cnf');
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'crlnumber'), '1000\n');
  writeFileSync(configuration, `[ca]\ndefault_ca=a\n[a]\ndatabase=${folder}/index.txt\ncrlnumber=${folder}/crlnumber\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid:always\n`);
  const list = join(folder, 'crl.pem');
  const times = ['-crl_lastupdate', '20200101000000Z', '-crl_nextupdate', '20200201000000Z'];
  openssl('ca', '-gencrl', '-config', configuration, '-cert', authority, '-keyfile', demoFile('pki/client-ca.key.pem'), ...times, '-out', list);
  return list;
}

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'pipe'] });
}
