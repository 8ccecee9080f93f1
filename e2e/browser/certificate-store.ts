// Certificate stores of NSS, which Chromium and Firefox share: a home directory of its own for one Chromium, which finds
// its certificates in `~/.pki/nssdb` and nowhere else, and what a Firefox finds in its profile.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PKCS #12 file as demo.json names it. */
export interface Pkcs12 {
  p12: string;
  p12_password: string;
}

export class Home {
  private constructor(readonly path: string) {}

  /** Trusts these authorities for servers and holds exactly these client certificates. */
  static make(serverAuthorities: string[], certificates: Pkcs12[]): Home {
    const path = mkdtempSync(join(tmpdir(), 'renkei-e2e-home-'));
    const folder = join(path, '.pki', 'nssdb');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    fillStore(folder, serverAuthorities, certificates);
    return new Home(path);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes a store in the folder that trusts these authorities for servers and holds exactly these client certificates. */
export function fillStore(folder: string, serverAuthorities: string[], certificates: Pkcs12[]): void {
  const store = `sql:${folder}`;
  run('certutil', '-N', '-d', store, '--empty-password');
  serverAuthorities.forEach((authority, number) => {
    run('certutil', '-A', '-d', store, '-n', `authority ${number}`, '-t', 'C,,', '-i', authority);
  });
  for (const { p12, p12_password } of certificates) {
    run('pk12util', '-d', store, '-i', p12, '-W', p12_password, '-K', '');
  }
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
