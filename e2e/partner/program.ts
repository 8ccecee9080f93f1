// A partner's program of docs/examples in its own process: the partner's own OAuth library at work, the customer's way
// between it and the browser being ours to carry.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ROOT } from '../demo/description.ts';

const EXAMPLES = `${ROOT}docs/examples`;

/** How the programs of each library are run; `cargo xtask test --only e2e` installs what is missing. */
const LIBRARIES = {
  'openid-client': (program: string) => ({ needs: `${EXAMPLES}/openid-client/node_modules`, command: [process.execPath, `${EXAMPLES}/openid-client/${program}.mjs`] }),
  authlib: (program: string) => ({ needs: `${ROOT}target/tools/authlib/bin/python`, command: [`${ROOT}target/tools/authlib/bin/python`, '-B', `${EXAMPLES}/authlib/${program}.py`] }),
  rust: (program: string) => ({ needs: `${ROOT}target/debug/${program}`, command: [`${ROOT}target/debug/${program}`] }),
};

export type Library = keyof typeof LIBRARIES;

/** A line that the program said: what happened, and details. */
export type Saying = { event: string } & Record<string, any>;

export class Program {
  readonly sayings: Saying[] = [];
  private complaints = '';
  private openAddress!: (address: string) => void;
  private readonly address = new Promise<string>((resolve) => (this.openAddress = resolve));
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('OPEN ')) this.openAddress(line.slice('OPEN '.length));
      else this.sayings.push(JSON.parse(line));
    });
    // The beginning says what happened; Node goes on with whole objects.
    child.stderr.on('data', (data) => (this.complaints = (this.complaints + data).slice(0, 4000)));
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** Starts the program for this partner of the bank that the file describes. */
  static start(library: Library, program: string, description: string, clientId: string, ...more: string[]): Program {
    const { needs, command } = LIBRARIES[library](program);
    if (!existsSync(needs)) throw new Error(`${needs} is missing: cargo xtask test --only e2e installs it`);
    const [executable, ...words] = command as [string, ...string[]];
    // Nothing of this machine's settings: the programs trust the demo's authority and ask nobody else.
    const environment = { PATH: process.env.PATH ?? '' };
    return new Program(spawn(executable, [...words, description, clientId, ...more], { env: environment, stdio: 'pipe' }));
  }

  /** Where the program sends the customer. */
  async sendsCustomerTo(): Promise<string> {
    const address = await Promise.race([this.address, this.ended.then(() => undefined)]);
    if (address === undefined) throw new Error(`the program ended before it sent the customer anywhere:\n${this.complaints}`);
    return address;
  }

  /** The customer came back at this address; waits until the program has done its work. */
  async customerReturns(address: string): Promise<{ succeeded: boolean; complaints: string }> {
    this.child.stdin.end(`${address}\n`);
    const code = await this.ended;
    return { succeeded: code === 0, complaints: this.complaints };
  }

  /** What it said about this. */
  said(event: string): Saying {
    const saying = this.sayings.find((candidate) => candidate.event === event);
    if (!saying) throw new Error(`the program said nothing of ${event}, only of ${this.sayings.map((one) => one.event).join(', ')}`);
    return saying;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
