// Which language a page speaks: the customer's choice, then what the partner asks for, then the browser's. Switching loses
// nothing that was typed or ticked.

import { user } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import type { Wizard } from '../pages/wizard.ts';

async function switchTo({ page }: Wizard, language: 'ja' | 'en'): Promise<void> {
  await page.locator('.language-switch').click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

test('the browser’s language is the last to be asked, the customer’s choice the first', async ({ bank, seat }) => {
  const { page } = await seat({ language: 'en' });
  const html = page.locator('html');
  const partner = bank.partner();
  const open = async (more: Record<string, string> = {}) => {
    await page.goto((await partner.begin(undefined, more)).url);
    await expect(page.locator('.language-switch')).toBeVisible();
  };
  await open();
  await expect(html, 'the browser’s').toHaveAttribute('lang', 'en');
  await open({ ui_locales: 'ja' });
  await expect(html, 'what the partner asks for').toHaveAttribute('lang', 'ja');
  await page.locator('.language-switch').click();
  await expect(html, 'the customer’s choice').toHaveAttribute('lang', 'en');
  await open({ ui_locales: 'ja' });
  await expect(page.getByRole('button', { name: 'Log in with certificate', exact: true })).toBeVisible();
  await expect(html, 'is remembered').toHaveAttribute('lang', 'en');
});

test('switching the language loses no input on any page', async ({ bank, customer }) => {
  const accounts = user('sorachi-taro').accounts.filter(({ registered }) => !registered);
  const wizard = await customer('sorachi-taro');
  const { page } = wizard;
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, 'sorachi-taro');

  await wizard.business('balance').check();
  await switchTo(wizard, 'en');
  const boxes = page.getByRole('checkbox', { checked: true });
  await expect(boxes).toHaveCount(1);
  await switchTo(wizard, 'ja');
  await expect(wizard.business('balance')).toBeChecked();
  await wizard.choose('statement', 'transfers');

  await expect(wizard.heading).toContainText('照会用暗証番号登録');
  const pin = page.locator('input[id^="pin-"]:enabled').first();
  await pin.fill('12');
  await expect(boxes).toHaveCount(1);
  await switchTo(wizard, 'en');
  await expect(pin).toHaveValue('12');
  await expect(boxes).toHaveCount(1);
  await switchTo(wizard, 'ja');
  await expect(pin).toHaveValue('12');
  await pin.fill('');
  await boxes.uncheck();

  await wizard.register(accounts.slice(0, 2).map(({ number, pin }) => [number, pin]));
  await wizard.button(wizard.words.confirm).click();
  await wizard.at('permission', 6, 6);
  await wizard.intent.check();
  await page.getByRole('checkbox', { name: new RegExp(`${wizard.words.leaveOut}`) }).first().check();
  await expect(boxes).toHaveCount(2);
  await switchTo(wizard, 'en');
  await expect(boxes).toHaveCount(2);
  await expect(page.getByText('You can withdraw the permission at any time on the page Linked services', { exact: false })).toBeVisible();
  await switchTo(wizard, 'ja');
  await expect(wizard.intent).toBeChecked();
  await expect(boxes).toHaveCount(2);
});
