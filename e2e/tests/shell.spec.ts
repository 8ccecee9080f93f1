// Before and without WebAssembly: the static shell says where the customer is, or why nothing will come; and what one
// page load weighs.

import { expectAccessible } from '../browser/accessibility.ts';
import type { Person } from '../browser/person.ts';
import { expect, test } from '../fixtures.ts';

/** One page load over the wire, everything in all (UX.md, "Weight and speed"). */
const MOST_BYTES = 150_000;

/** Chromium remarks that the application, which cannot run, was fetched in vain. */
function ignorePreload({ watch }: Person): void {
  watch.complaints.splice(0, Infinity, ...watch.complaints.filter((complaint) => !complaint.includes('was preloaded using link preload')));
}

test('the first screen’s text stands before any WebAssembly has come', async ({ bank, seat }) => {
  const { page } = await seat();
  await page.route('**/*.wasm', () => undefined);
  await page.goto((await bank.partner().begin()).url, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: 'API連携認証（利用登録）', exact: true })).toBeVisible();
  await expect(page.getByText('はじめに、電子証明書でご本人を確認します。')).toBeVisible();
  await expect(page.getByText('読み込んでいます…')).toBeVisible();
});

/** Presses the shell's own way back, and follows it to the partner. */
async function leave(person: Person, state: string, scripts: 'on' | 'off'): Promise<void> {
  const { page } = person;
  await page.locator('form:visible button').click();
  await expect(page.getByRole('heading', { level: 1, name: 'API連携をキャンセルしました' })).toBeVisible();
  // axe is a script itself; the page is the same without.
  if (scripts === 'on') await expectAccessible(page, 'the page after cancelling without the application');
  await page.getByRole('link', { name: /^API連携先へ戻る/ }).click();
  const back = await person.backAtPartner();
  expect([back.get('error'), back.get('state')]).toEqual(['access_denied', state]);
}

test('a browser without WebAssembly is told so, and finds the way back to the partner', async ({ bank, seat }) => {
  const person = await seat();
  const { page } = person;
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  const visit = await bank.partner().begin();
  await page.goto(visit.url);
  await expect(page.getByRole('alert').getByText('このブラウザでは手続きを行えません。')).toBeVisible();
  await expect(page.getByText('読み込んでいます…')).toBeHidden();
  await leave(person, visit.state, 'on');
  ignorePreload(person);
});

test('a browser without scripts is told so, and finds the way back to the partner', async ({ bank, seat }) => {
  const person = await seat({ arguments: ['--blink-settings=scriptEnabled=false'] });
  const { page } = person;
  const visit = await bank.partner().begin();
  await page.goto(visit.url);
  // Playwright's own ways to find text pass over what stands in `noscript`.
  const told = page.locator('noscript h2');
  await expect(told).toBeVisible();
  await expect(told).toHaveText('このページを利用するには、JavaScriptを有効にしてください。');
  await leave(person, visit.state, 'off');
  ignorePreload(person);
});

test('pages that cannot be loaded are explained, and a reload goes on', async ({ bank, seat }) => {
  const person = await seat();
  const { page } = person;
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto((await bank.partner().begin()).url);
  await expect(page.getByRole('alert').getByText('画面を読み込めませんでした。')).toBeVisible();
  await page.unroute('**/*.wasm');
  // What the browser has said of the file that it could not load.
  person.watch.complaints.length = 0;
  await page.reload();
  await expect(page.getByRole('button', { name: '電子証明書ログイン', exact: true })).toBeVisible();
});

test('one page load is light', async ({ bank, seat }, info) => {
  // Answering for partners would switch the browser's own reading of sizes off.
  const { page } = await seat({ partnerStub: false });
  await page.goto((await bank.partner().begin()).url);
  await expect(page.getByRole('button', { name: '電子証明書ログイン', exact: true })).toBeVisible();
  const files = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, transferSize } = entry as PerformanceResourceTiming;
      return { name, transferSize };
    }),
  );
  const bytes = files.reduce((sum, { transferSize }) => sum + transferSize, 0);
  await info.attach('weight', { body: JSON.stringify({ bytes, files }, null, 2), contentType: 'application/json' });
  expect(files.some(({ name, transferSize }) => name.endsWith('.wasm') && transferSize > 10_000)).toBe(true);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});
