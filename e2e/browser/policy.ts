// Chromium's managed policy that answers the certificate dialog: with it a browser presents the first fitting
// certificate of its store without asking. The policy holds for the whole machine, so it is one constant file, and a
// test chooses the certificate by what it puts into the store.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FILE = '/etc/chromium/policies/managed/renkei-e2e.json';

/** Only below `cert.localhost`: the tests of the dialog itself use other names, for which Chromium asks. */
const POLICY = JSON.stringify({
  AutoSelectCertificateForUrls: [JSON.stringify({ pattern: 'https://[*.]cert.localhost', filter: {} })],
});

/** Puts the policy in place. */
export function install(): void {
  if (current() === POLICY) return;
  try {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, POLICY, { mode: 0o644 });
  } catch (error) {
    throw new Error(`Chromium would ask which certificate to use: write ${FILE} with this content (as root):\n${POLICY}`, { cause: error });
  }
}

/** Takes it away, so that a browser of this machine asks again. */
export function remove(): void {
  try {
    rmSync(FILE, { force: true });
  } catch {
    // Somebody else put it there; it stays theirs.
  }
}

function current(): string | undefined {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return undefined;
  }
}
