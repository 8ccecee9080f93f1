// What tests begin with: a bank of their own, and persons at browsers of their own, who leave at the end.

import { test as base, expect, type Page, type TestInfo } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Display } from './browser/display.ts';
import { Person, type PersonOptions } from './browser/person.ts';
import { badCertificate, user, type BadKind } from './demo/description.ts';
import { Stand } from './demo/stand.ts';
import { Wizard } from './pages/wizard.ts';

interface Fixtures {
  /** A bank with the demo's fresh data, for this test alone. */
  bank: Stand;
  /** Variables that override the bank's configuration. */
  settings: Record<string, string>;
  /** Seats a person at a browser. Whatever the browser complained about fails the test. */
  seat: (options?: PersonOptions) => Promise<Person>;
  /** Seats the user of this name, with the user's certificate, at the procedure's pages. */
  customer: (name: string, options?: PersonOptions) => Promise<Wizard>;
  display: Display;
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],
  bank: async ({ settings }, use, info) => {
    const bank = await Stand.start(settings);
    await use(bank);
    if (info.status !== info.expectedStatus) await info.attach('renkei.log', { body: bank.log(), contentType: 'text/plain' });
    await bank.remove();
  },
  seat: async ({}, use, info) => {
    const persons: Person[] = [];
    await use(async (options) => {
      const person = await Person.sitDown(options);
      persons.push(person);
      return person;
    });
    if (info.status !== info.expectedStatus) {
      for (const [number, person] of persons.entries()) {
        const picture = await person.page.screenshot({ timeout: 5000 }).catch(() => undefined);
        if (picture) await info.attach(`browser-${number + 1}.png`, { body: picture, contentType: 'image/png' });
      }
    }
    for (const person of persons) await person.leave();
    expect(persons.flatMap((person) => person.watch.complaints), 'the browser had nothing to complain about').toEqual([]);
  },
  customer: async ({ seat }, use) => {
    await use(async (name, options) => new Wizard(await seat({ certificates: [user(name)], ...options })));
  },
  display: async ({}, use) => {
    const display = await Display.start();
    await use(display);
    display.stop();
  },
});

export { expect };

/** Keeps a picture of the whole page as an artifact, sorted by language and size. */
export async function picture(page: Page, info: TestInfo, folder: string, name: string): Promise<void> {
  const path = info.project.outputDir + `/pictures/${folder}/${name}.png`;
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  await info.attach(`${folder}/${name}`, { path, contentType: 'image/png' });
}

/** Options for a person who holds the demo's certificate with this fault. */
export function holding(kind: BadKind): PersonOptions {
  return { certificates: [badCertificate(kind)] };
}
