// The whole procedure without a mouse, and where the focus goes: to the heading after a step, to the summary after an
// error, back to the field by its link.

import type { Locator, Page } from '@playwright/test';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { accountEnding } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

/** Tabs forward until the element has the focus, as a person does who looks for it. */
async function tabTo(page: Page, element: Locator, steps = 60): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((node) => node === document.activeElement).catch(() => false)) {
      const outline = await element.evaluate((node) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
        return { visible: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' };
      });
      expect(outline.visible, 'the focus can be seen').toBe(true);
      return;
    }
  }
  throw new Error(`the element is not reached within ${steps} steps of Tab`);
}

test('from arrival to permission by keyboard alone', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  const { page } = wizard;
  const press = async (button: string) => {
    await tabTo(page, wizard.button(button));
    await page.keyboard.press('Enter');
  };
  await wizard.arrive(visit.url);
  await press('電子証明書ログイン');
  await wizard.at('login', 2, 6);

  await tabTo(page, wizard.password);
  await page.keyboard.type('not-the-password');
  await page.keyboard.press('Enter');
  await expect(wizard.alert).toBeFocused();
  await tabTo(page, wizard.password);
  await page.keyboard.type(TARO.login_password);
  await page.keyboard.press('Enter');

  await wizard.at('businesses', 3, 6);
  await expect(wizard.heading).toBeFocused();
  await tabTo(page, wizard.business('statement'));
  await page.keyboard.press('Space');
  await press('次へ');

  await wizard.at('pins', 4, 6);
  await expect(wizard.heading).toBeFocused();
  const first = accountEnding(TARO.accounts[0]!);
  await tabTo(page, wizard.tick(first));
  await page.keyboard.press('Space');
  await press('登録');
  await expect(wizard.alert).toBeFocused();
  await tabTo(page, wizard.alert.getByRole('link'));
  await page.keyboard.press('Enter');
  await expect(wizard.pin(first)).toBeFocused();
  await page.keyboard.type(TARO.accounts[0]!.pin);
  await page.keyboard.press('Enter');

  await wizard.at('result', 5, 6);
  await expect(wizard.heading).toBeFocused();
  await press('照会用暗証番号の追加登録');
  await wizard.at('pins', 4, 6);
  await expect(wizard.heading).toBeFocused();
  await press('登録せずに次へ');

  await wizard.at('permission', 6, 6);
  await expect(wizard.heading).toBeFocused();
  await press('許可');
  await expect(wizard.alert).toBeFocused();
  await tabTo(page, wizard.intent);
  await page.keyboard.press('Space');
  await press('許可');
  await expect(wizard.heading).toHaveText('API連携先へ戻ります');
  await expect(wizard.heading).toBeFocused();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
});

test('among 300 accounts one is found and registered by keyboard alone', async ({ bank, customer }) => {
  const hanako = user('hokkai-hanako');
  const wizard = await customer(hanako.name);
  const { page } = wizard;
  await wizard.untilPins((await bank.partner().begin()).url, hanako.name);
  await expect(wizard.heading).toBeFocused();
  const account = hanako.accounts[123]!;
  await tabTo(page, page.getByLabel(wizard.words.search, { exact: true }));
  await page.keyboard.type(account.number);
  const shown = () => wizard.rows.evaluateAll((rows) => rows.filter((row) => (row as HTMLElement).offsetParent !== null).length);
  await expect.poll(shown).toBe(1);
  await tabTo(page, wizard.pin(account.number));
  await page.keyboard.type(account.pin);
  await page.keyboard.press('Enter');
  await wizard.at('result', 5, 6);
  await expect(wizard.row(account.number)).toContainText('登録済み*');
});

test('each change of step is announced politely, and the progress has one current part', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  await expect(wizard.page.getByRole('status').filter({ hasText: '全6画面中、3画面目に進みました。' })).toHaveCount(1);
  const progress = wizard.page.getByRole('list', { name: '手続きの進み具合' });
  await expect(progress.getByRole('listitem')).toHaveCount(6);
  await expect(progress.locator('[aria-current=step]')).toHaveText('画面3：現在の画面');
});

test('the skip link is the first stop and leads to the content', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.at('login', 1, 6);
  await wizard.page.keyboard.press('Tab');
  const skip = wizard.page.getByRole('link', { name: '本文へ移動' });
  await expect(skip).toBeFocused();
  await wizard.page.keyboard.press('Enter');
  await expect(wizard.page.getByRole('main')).toBeFocused();
});
