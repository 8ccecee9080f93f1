// The table of a company with 300 accounts: what is ticked, found and sent, by mouse, keyboard and clipboard; and what is
// left of it when the page is left.

import type { Locator } from '@playwright/test';
import { expectAccessible } from '../browser/accessibility.ts';
import { DESKTOP, PHONE } from '../browser/person.ts';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { accountEnding, type Wizard } from '../pages/wizard.ts';

let HANAKO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  HANAKO = user('hokkai-hanako');
});

const search = (wizard: Wizard) => wizard.page.getByLabel('口座を検索', { exact: true });
const selectShown = (wizard: Wizard) => wizard.page.getByRole('checkbox', { name: '表示中の口座をすべて選択', exact: true });
const shown = (wizard: Wizard) => wizard.rows.evaluateAll((rows) => rows.filter((row) => (row as HTMLElement).offsetParent !== null).length);

/** Nothing lies over the middle of the element, which is inside the window (WCAG 2.4.11). */
async function isInSight(element: Locator, what: string): Promise<void> {
  const covered = await element.evaluate((element) => {
    const { left, top, width, height, bottom } = element.getBoundingClientRect();
    const found = document.elementFromPoint(left + width / 2, top + height / 2);
    if (top < 0 || bottom > innerHeight) return `it is at ${top} to ${bottom} of ${innerHeight}`;
    return found === element || element.contains(found) ? '' : `${found?.className} lies over it`;
  });
  expect(covered, what).toBe('');
}

for (const [name, size] of [['desktop', DESKTOP], ['phone', PHONE]] as const) {
  test(`the row that has the focus is never behind header or bar, ${name}`, async ({ bank, customer }, info) => {
    const wizard = await customer(HANAKO.name, { size });
    const { page } = wizard;
    await wizard.untilPins((await bank.partner().begin()).url, HANAKO.name);
    await wizard.tick(accountEnding(HANAKO.accounts[40]!)).focus();
    const focused = page.locator(':focus');
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let step = 1; step <= 36; step++) {
        await page.keyboard.press(key);
        await isInSight(focused, `${key} ${step}`);
      }
    }
    await isInSight(wizard.button('登録'), 'the bar is in sight');
    if (name === 'desktop') await isInSight(page.getByRole('columnheader').first(), 'the header is in sight');
    await page.screenshot({ path: info.outputPath('in-the-middle.png') });
    await info.attach('in-the-middle', { path: info.outputPath('in-the-middle.png'), contentType: 'image/png' });
    await wizard.tick(accountEnding(HANAKO.accounts[299]!)).focus();
    await isInSight(focused, 'the last row');
  });
}

test('all that are shown are selected at once; only those are sent, and an error finds its row behind the filter', async ({ bank, customer }, info) => {
  test.setTimeout(180_000);
  const wizard = await customer(HANAKO.name);
  const { page } = wizard;
  await wizard.untilPins((await bank.partner().begin()).url, HANAKO.name);
  const wanted = HANAKO.accounts.filter(({ number }) => number.endsWith('25'));
  expect(wanted.length).toBeGreaterThan(1);
  const wantedRows = wanted.map(accountEnding);
  await search(wizard).fill(wanted[0]!.number);
  await expect.poll(() => shown(wizard)).toBe(1);
  await search(wizard).press('Enter');
  await expect(wizard.alert, 'a search sends nothing').toHaveCount(0);
  await selectShown(wizard).check();
  await expect(page.getByText('選択中：1口座', { exact: true })).toBeVisible();
  await search(wizard).fill('');
  await expect.poll(() => shown(wizard)).toBe(300);
  await expect(selectShown(wizard)).toBeChecked({ indeterminate: true });
  await expectAccessible(page, 'some of 300 accounts ticked');
  await picture(page, info, 'ja-desktop', '96-accounts-some-ticked');

  // Hidden by the filter, it is still sent: the bar says so, and the error leads to it.
  await search(wizard).fill(wanted[1]!.number);
  await expect(page.getByText('選択中：1口座（うち1口座は表示されていません）')).toBeVisible();
  await wizard.button('登録').click();
  await expect(wizard.alert).toBeFocused();
  await wizard.alert.getByRole('link', { name: wantedRows[0]! }).click();
  await expect(wizard.pin(wantedRows[0]!)).toBeFocused();
  await expect.poll(() => shown(wizard)).toBe(300);
  await expect(search(wizard)).toHaveValue('');
  await isInSight(page.locator(':focus'), 'the row of the error');

  const [request] = await Promise.all([page.waitForRequest((request) => request.url().endsWith('/inquiry-pins')), wizard.register([[wantedRows[0]!, wanted[0]!.pin]])]);
  expect(request.postDataJSON().pins).toHaveLength(1);
  await wizard.at('result', 5, 6);
});

test('a PIN is pasted with what came along, shown and hidden by itself, and nothing of it is left behind', async ({ bank, customer }) => {
  const wizard = await customer(HANAKO.name);
  const { page } = wizard;
  const [first, second] = HANAKO.accounts.map(accountEnding) as [string, string];
  await page.goto('about:blank');
  await wizard.untilPins((await bank.partner().begin()).url, HANAKO.name);
  const fullWidth = [...HANAKO.accounts[0]!.pin].map((digit) => String.fromCodePoint(digit.codePointAt(0)! + 0xfee0)).join('');
  await search(wizard).fill(`　${fullWidth} `);
  await search(wizard).press('Control+A');
  await search(wizard).press('Control+X');
  await expect.poll(() => shown(wizard)).toBe(300);
  await wizard.pin(first).focus();
  await page.keyboard.press('Control+V');
  await expect(wizard.pin(first)).toHaveValue(`　${fullWidth} `);
  await expect(wizard.tick(first)).toBeChecked();
  await expect(wizard.pin(first)).toHaveAttribute('type', 'password');
  await wizard.row(first).getByRole('button', { name: /^暗証番号を表示/ }).click();
  await expect(wizard.pin(first)).toHaveAttribute('type', 'text');
  await expect(wizard.pin(second)).toHaveAttribute('type', 'password');

  await page.evaluate(() => location.assign('/nowhere'));
  await expect(wizard.heading).not.toContainText('照会用暗証番号登録');
  await page.goBack();
  await wizard.at('pins', 4, 6);
  await expect(wizard.pin(first)).toHaveValue('');
  await expect(wizard.tick(first)).not.toBeChecked();
  expect(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)))).toEqual([]);

  await wizard.pin(first).fill(` ${fullWidth}`);
  await wizard.button('登録').click();
  await wizard.at('result', 5, 6);
  await expect(wizard.row(first)).toContainText('登録済み*');
});
