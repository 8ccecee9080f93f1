// A home directory of its own for one Chromium, which finds its certificates in `~/.pki/nssdb` and nowhere else.

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
    const store = `sql:${folder}`;
    run('certutil', '-N', '-d', store, '--empty-password');
    serverAuthorities.forEach((authority, number) => {
      run('certutil', '-A', '-d', store, '-n', `authority ${number}`, '-t', 'C,,', '-i', authority);
    });
    for (const { p12, p12_password } of certificates) {
      run('pk12util', '-d', store, '-i', p12, '-W', p12_password, '-K', '');
    }
    return new Home(path);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
