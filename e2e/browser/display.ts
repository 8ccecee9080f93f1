// A screen without a screen (Xvfb) and hands for what is not part of a page (xdotool): the certificate dialog.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { within } from '../demo/process.ts';

export class Display {
  private constructor(
    private readonly server: ChildProcess,
    readonly name: string,
  ) {}

  static async start(): Promise<Display> {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const name = await new Promise<string>((resolve, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error('Xvfb ended')));
      server.stdio[3]!.once('data', (number: Buffer) => resolve(`:${number.toString().trim()}`));
    });
    return new Display(server, name);
  }

  /** Waits for a dialog that `cause` brings up, and answers it with these keys. */
  async answer(cause: () => Promise<void>, ...keys: string[]): Promise<void> {
    const before = this.windows();
    await cause();
    if (!(await within(15, () => this.windows().some((window) => !before.includes(window))))) throw new Error('no dialog came up');
    for (const key of keys) {
      // Chromium ignores keys for half a second after a dialog has appeared, against clicks by mistake.
      this.xdotool('sleep', '0.6', 'key', '--clearmodifiers', key);
    }
    if (!(await within(15, () => this.windows().every((window) => before.includes(window))))) throw new Error('the dialog stayed');
  }

  stop(): void {
    this.server.kill();
  }

  private windows(): string[] {
    return this.xdotool('search', '--onlyvisible', '--name', '').split('\n').filter(Boolean);
  }

  private xdotool(...words: string[]): string {
    return execFileSync('xdotool', words, { env: { ...process.env, DISPLAY: this.name }, encoding: 'utf8' });
  }
}
