// `cargo xtask demo` as a process of its own: started once for all tests, stopped by the last one.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DEMO_JSON, ROOT, type Demo } from './description.ts';
import { isAlive, within } from './process.ts';

/** Not 8443, so that these tests never talk to a demo that somebody looks at. */
const PORT_BASE = 9443;

/** A first build of everything takes long on a small machine. */
const BUILD_SECONDS = 3000;

const FOLDER = `${ROOT}target/e2e`;
const PID_FILE = `${FOLDER}/demo.pid`;
const LOG = `${FOLDER}/demo.log`;

/** A demo that somebody else started and that these tests may use up: `RENKEI_DEMO_JSON` names its demo.json. */
export const foreign = process.env.RENKEI_DEMO_JSON !== undefined;

/** Starts the demo from nothing and waits until it says that it is ready. */
export async function start(): Promise<Demo> {
  mkdirSync(FOLDER, { recursive: true });
  const log = openSync(LOG, 'w');
  const child = spawn('cargo', ['xtask', 'demo', '--no-browser', '--reset', '--port-base', String(PORT_BASE)], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', log, log],
  });
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  if (child.pid) writeFileSync(PID_FILE, String(child.pid));
  const ready = () => existsSync(DEMO_JSON) && (JSON.parse(readFileSync(DEMO_JSON, 'utf8')) as Demo).pid === child.pid;
  const inTime = await within(BUILD_SECONDS, () => ended || ready());
  if (ended || !inTime) {
    throw new Error(`cargo xtask demo ${ended ? 'ended' : 'was not ready in time'}:\n${tail()}`);
  }
  return JSON.parse(readFileSync(DEMO_JSON, 'utf8')) as Demo;
}

/** Ends the demo that `start` started, if it still runs; answers what it said last. */
export async function stop(signal: NodeJS.Signals): Promise<{ stopped: boolean; said: string }> {
  if (!existsSync(PID_FILE)) return { stopped: true, said: '' };
  const pid = Number(readFileSync(PID_FILE, 'utf8'));
  if (isAlive(pid)) process.kill(pid, signal);
  const stopped = await within(30, () => !isAlive(pid));
  rmSync(PID_FILE, { force: true });
  return { stopped, said: tail() };
}

function tail(): string {
  return readFileSync(LOG, 'utf8').split('\n').slice(-30).join('\n');
}
