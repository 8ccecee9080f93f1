// What UX.md demands of every page, asked in every state: of forms, errors, links and names.

import type { Page } from '@playwright/test';
import { badCertificate, demo, user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { ends, procedure, troubles, type See } from '../pages/states.ts';
import { accountEnding, Wizard } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

for (const language of ['ja', 'en'] as const) {
  test(`in every state: nothing disabled, no inline code, no way to third parties, one heading, ${language}`, async ({ bank, seat, customer }) => {
    test.setTimeout(240_000);
    const origins = [bank.issuer, ...demo().partners.flatMap(({ redirect_uris }) => redirect_uris.map((uri) => new URL(uri).origin))];
    const see: See = async (state, page) => {
      const found = await page.evaluate(() => {
        const shown = <E extends HTMLElement>(selector: string) => [...document.querySelectorAll<E>(selector)].filter((element) => element.checkVisibility({ visibilityProperty: true }));
        return {
          disabled: shown('button, input').filter((control) => control.matches(':disabled, [aria-disabled=true]')).map((control) => control.outerHTML),
          inline: [...document.querySelectorAll('style, script:not([src]), [style]')].map((element) => element.outerHTML.slice(0, 100)),
          handlers: [...document.querySelectorAll('*')].filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).map((element) => element.outerHTML.slice(0, 100)),
          links: shown<HTMLAnchorElement>('a[href]').map(({ href }) => href).filter((href) => /^https?:/.test(href)),
          pictures: shown<HTMLImageElement>('img, iframe, video').map(({ src }) => src),
          headings: shown('h1').length,
          untitled: document.title.trim() === '',
          language: document.documentElement.lang,
        };
      });
      const { links, headings, language: spoken, untitled, ...wrong } = found;
      expect.soft(wrong, state).toEqual({ disabled: [], inline: [], handlers: [], pictures: wrong.pictures.filter((source) => new URL(source).origin === bank.issuer) });
      expect.soft(links.filter((href) => !origins.includes(new URL(href).origin)), `${state}: links lead to the bank or the partner`).toEqual([]);
      // An answer of the server's own says it in both languages.
      if (!state.startsWith('31')) expect.soft([headings, spoken, untitled], state).toEqual([1, language, false]);
    };
    await procedure(bank, await customer(TARO.name, { language }), see);
    await ends(bank, await customer(TARO.name, { language }), see);
    // Last: the user is locked then.
    await troubles(bank, seat, { language }, see);
  });
}

/** The entries of the error summary, each with what stands at the field that it leads to. */
async function summary(wizard: Wizard): Promise<{ entry: string; field: string }[]> {
  const links = wizard.alert.getByRole('link');
  await expect(links.first()).toBeVisible();
  await expect(wizard.alert).toBeFocused();
  const entries: { entry: string; field: string }[] = [];
  for (const link of await links.all()) {
    const entry = (await link.innerText()).trim();
    await link.click();
    const field = await wizard.page.evaluate(() => document.activeElement?.closest('fieldset, tr, .intent, .field')?.textContent ?? '');
    entries.push({ entry, field });
  }
  return entries;
}

test('the error summary leads to each field and says the same as stands there', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  const { words } = wizard;
  const agree = async () => {
    for (const { entry, field } of await summary(wizard)) {
      // In a table the summary names the account as well.
      const message = entry.split(' — ').pop()!.trim();
      expect(field, entry).toContain(message);
    }
  };
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await wizard.at('login', 2, 6);
  await wizard.button(words.link).click();
  await agree();
  await wizard.enterPassword(TARO.login_password);
  await wizard.at('businesses', 3, 6);
  await wizard.button(words.next).click();
  await agree();
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
  for (const place of [0, 1]) await wizard.pin(TARO.accounts[place]!.number).fill('12');
  await wizard.button(words.register).click();
  await agree();
  await wizard.button(words.skip).click();
  await wizard.at('permission', 6, 6);
  await wizard.button(words.permit).click();
  await agree();
});

test('password and PIN fields are what password managers and phones expect', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  const { page, words } = wizard;
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await expect(wizard.password).toHaveAttribute('autocomplete', 'current-password');
  await expect(wizard.password).toHaveAttribute('type', 'password');
  await paste(page, wizard, TARO.login_password);
  await wizard.button(words.link).click();
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
  const pin = wizard.pin(TARO.accounts[0]!.number);
  await expect(pin).toHaveAttribute('type', 'password');
  await expect(pin).toHaveAttribute('inputmode', 'numeric');
  await expect(pin).toHaveAttribute('autocomplete', 'off');
  // One field an account, and each control of a row says whose it is.
  for (const account of TARO.accounts.filter(({ registered }) => !registered)) {
    const row = wizard.row(accountEnding(account));
    await expect(row.getByRole('checkbox')).toHaveAccessibleName(new RegExp(account.number));
    await expect(wizard.pin(accountEnding(account))).toHaveAccessibleName(new RegExp(account.number));
    await expect(row.getByRole('button')).toHaveAccessibleName(new RegExp(account.number));
  }
  await expect(page.locator('thead th:not([scope=col])')).toHaveCount(0);
  await expect(page.locator('tbody th:not([scope=row])')).toHaveCount(0);
});

/** As from the clipboard. */
async function paste(page: Page, wizard: Wizard, text: string): Promise<void> {
  await wizard.password.focus();
  const allowed = await page.evaluate(() => document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { cancelable: true, bubbles: true })));
  expect(allowed, 'pasting is not prevented').toBe(true);
  await page.keyboard.insertText(text);
  await expect(wizard.password).toHaveValue(text);
}

test('the login pages say that nothing reaches the partner, and have no way to reset a password', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  const { page } = wizard;
  await wizard.arrive((await bank.partner().begin()).url);
  await expect(page.getByText(/API連携先に伝わることはありません/).first()).toBeVisible();
  await wizard.pressCertificateLogin();
  await wizard.at('login', 2, 6);
  await expect(page.getByText(/API連携先に伝わることはありません/).first()).toBeVisible();
  await expect(page.getByText(/忘れ|再設定|リセット/)).toHaveCount(0);
});

test('errors say what happened, why, what to do, and a code for support', async ({ bank, seat, customer }) => {
  const password = await customer(TARO.name);
  await password.arrive((await bank.partner().begin()).url);
  await password.pressCertificateLogin();
  await password.enterPassword('not-the-password');
  const revoked = new Wizard(await seat({ certificates: [badCertificate('revoked')] }));
  await revoked.arrive((await bank.partner().begin()).url);
  await revoked.pressCertificateLogin();
  for (const [wizard, code] of [[password, 'password_wrong'], [revoked, 'certificate_revoked']] as const) {
    await expect(wizard.alert.getByRole('heading').first()).not.toBeEmpty();
    for (const part of ['原因', '対処', 'お問い合わせ用コード']) await expect(wizard.alert.getByText(part, { exact: true })).toBeVisible();
    await expect(wizard.alert).toContainText(code);
  }
});
