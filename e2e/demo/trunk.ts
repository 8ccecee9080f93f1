// `trunk serve` as a front-end developer runs it: the same Trunk.toml, passed on to a bank of a test's own.

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './description.ts';
import { call } from '../partner/loopback.ts';
import { within } from './process.ts';

/** The bank that Trunk.toml names: that of `cargo xtask demo`. */
const DEMO_BANK = 'localhost:8443';
/** A build of the pages that nobody has built before takes minutes. */
const BUILD_SECONDS = 600;

export class TrunkServe {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(bank: string, port: number): Promise<TrunkServe> {
    const folder = mkdtempSync(join(tmpdir(), 'renkei-e2e-trunk-'));
    const configuration = readFileSync(`${ROOT}Trunk.toml`, 'utf8')
      .replaceAll(DEMO_BANK, new URL(bank).host)
      .replace('target = "frontend/index.html"', `target = "${ROOT}frontend/index.html"`)
      .replace('dist = "frontend/dist"', `dist = "${folder}/dist"`)
      .replace('watch = ["frontend", "shared", "style"]', 'watch = []')
      .replace('ignore = ["frontend/dist"]', 'ignore = []');
    writeFileSync(join(folder, 'Trunk.toml'), configuration);
    const log = openSync(join(folder, 'trunk.log'), 'a');
    const environment = { ...process.env, PATH: `${ROOT}target/tools/bin:${process.env.PATH}` };
    // Trunk takes any value of it for a flag of its own, and refuses "1".
    Reflect.deleteProperty(environment, 'NO_COLOR');
    const child = spawn('trunk', ['serve', '--config', join(folder, 'Trunk.toml'), '--port', String(port), '--no-autoreload'], {
      env: environment,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    let gone = false;
    child.once('error', () => (gone = true));
    child.once('exit', () => (gone = true));
    const trunk = new TrunkServe(folder, child);
    const serves = async () => gone || (await call(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status === 200;
    const inTime = await within(BUILD_SECONDS, serves);
    if (gone || !inTime) {
      const said = readFileSync(join(folder, 'trunk.log'), 'utf8').slice(-3000);
      await trunk.stop();
      throw new Error(`trunk serve is not ready:\n${said}`);
    }
    return trunk;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
