// The command line of `renkei`: what an operator does to a running bank.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, demo } from './description.ts';

/** The binary that the demo runs. */
export const RENKEI = process.env.RENKEI_BINARY ?? `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/renkei`;

/** A file of the demo's folder, such as `renkei.toml` or `pki/client-ca.pem`. */
export function demoFile(name: string): string {
  const path = join(dirname(demo().log_dir), name);
  if (!existsSync(path)) throw new Error(`the demo has no ${path}`);
  return path;
}

/** Runs a command against the configuration as these variables change it; answers what it printed. */
export async function renkei(words: string[], environment: Record<string, string | undefined> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(RENKEI, words, {
    env: { ...process.env, RENKEI_CONFIG: demoFile('renkei.toml'), ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
