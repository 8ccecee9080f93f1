// axe-core in the page: what it finds fails the test, whatever its impact.

import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe has nothing to complain about in the page's present state. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  // Evaluated by the debugger, so the page's own policy stays as strict as it is.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: typeof import('axe-core') }).axe;
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations;
  });
  expect(violations.map(described), `axe at ${state}`).toEqual([]);
}

function described({ id, impact, help, nodes }: axe.Result): string {
  return `${id} (${impact}): ${help}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`;
}
