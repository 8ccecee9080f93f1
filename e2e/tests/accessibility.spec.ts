// Every state of every page in both languages, on a desktop and on a phone: axe finds nothing, nothing overflows
// sideways, and a picture is kept for people to judge.

import type { Page, TestInfo } from '@playwright/test';
import { expectAccessible } from '../browser/accessibility.ts';
import { expectNoSidewaysScroll } from '../browser/reach.ts';
import { DESKTOP, PHONE, type Language, type Size } from '../browser/person.ts';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { ends, manyAccounts, procedure, troubles } from '../pages/states.ts';
import { accountEnding } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

const LOOKS: { language: Language; size: Size; name: string; colorScheme?: 'dark' }[] = [
  { language: 'ja', size: DESKTOP, name: 'ja-desktop' },
  { language: 'ja', size: PHONE, name: 'ja-phone' },
  { language: 'en', size: DESKTOP, name: 'en-desktop' },
  { language: 'en', size: PHONE, name: 'en-phone' },
  { language: 'ja', size: DESKTOP, name: 'ja-dark', colorScheme: 'dark' },
];

/** Looks at the page's present state and keeps its picture. */
async function look(page: Page, info: TestInfo, folder: string, state: string): Promise<void> {
  await picture(page, info, folder, state);
  await expectNoSidewaysScroll(page, state);
  await expectAccessible(page, `${folder}/${state}`);
}

/** Accounts end in the same digits in both languages. */
const number = (place: number) => TARO.accounts[place]!.number;

for (const { name, ...person } of LOOKS) {
  test(`the procedure, ${name}`, async ({ bank, customer }, info) => {
    test.setTimeout(240_000);
    await procedure(bank, await customer(TARO.name, person), (state, page) => look(page, info, name, state));
  });

  test(`what goes wrong with certificates and locks, ${name}`, async ({ bank, seat }, info) => {
    test.setTimeout(180_000);
    await troubles(bank, seat, person, (state, page) => look(page, info, name, state));
  });

  test(`short of time, and each way to end, ${name}`, async ({ bank, customer }, info) => {
    test.setTimeout(180_000);
    await ends(bank, await customer(TARO.name, person), (state, page) => look(page, info, name, state));
  });

  // Colours do not depend on the number of rows.
  if (person.colorScheme) continue;

  test(`300 accounts, ${name}`, async ({ bank, customer }, info) => {
    test.setTimeout(240_000);
    await manyAccounts(bank, await customer('hokkai-hanako', person), (state, page) => look(page, info, name, state));
  });
}

test('the language is switched at any time, keeps what was entered, and is remembered', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  const account = accountEnding(TARO.accounts[0]!);
  await wizard.pin(account).fill('12');
  await wizard.button('English').click();
  await expect(wizard.heading).toHaveText('API linkage: inquiry PINs (registration) (4/6)');
  await expect(wizard.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(wizard.pin(number(0))).toHaveValue('12');
  await wizard.page.reload();
  await expect(wizard.heading).toHaveText('API linkage: inquiry PINs (registration) (4/6)');
  await wizard.button('日本語').click();
  await wizard.at('pins', 4, 6);
});

test('at 320 px nothing is lost', async ({ bank, customer }, info) => {
  const wizard = await customer(TARO.name, { size: { width: 320, height: 640 } });
  const see = (state: string) => look(wizard.page, info, 'ja-320', state);
  await wizard.arrive((await bank.partner().begin()).url);
  await see('01-certificate-login');
  await wizard.logIn(TARO.name);
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
  await see('08-pins');
  await wizard.button('登録せずに次へ').click();
  await wizard.at('permission', 6, 6);
  await see('12-permission');
});
