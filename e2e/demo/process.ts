// Processes that outlive the test that started them: whether they live, and ending them in good order.

import { setTimeout as pause } from 'node:timers/promises';

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the condition holds; answers whether it did in time. */
export async function within(seconds: number, condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await pause(100);
  }
  return true;
}
