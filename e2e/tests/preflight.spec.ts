// What would fail later stands before the password, and what blocks leaves a way out.

import { expectAccessible } from '../browser/accessibility.ts';
import { DESKTOP, PHONE } from '../browser/person.ts';
import { user } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { LinkagesPage } from '../pages/linkages.ts';

const NAME = 'sorachi-taro';
const DAY = 24 * 60 * 60 * 1000;

/** A day of the Japanese calendar, counted from today: `YYYY-MM-DD`. */
function japanDay(fromNow: number): string {
  return new Date(Date.now() + 9 * 60 * 60 * 1000 + fromNow * DAY).toISOString().slice(0, 10);
}

const LOOKS = [
  { folder: 'ja-desktop', language: 'ja', size: DESKTOP, expiring: 'ログインパスワードの有効期限が近づいています。', locked: '照会用暗証番号がロックされている口座があります（1口座）。' },
  { folder: 'en-phone', language: 'en', size: PHONE, expiring: 'Your login password expires soon.', locked: 'The inquiry PINs of some accounts are locked (1).' },
] as const;

for (const { folder, expiring, locked, ...person } of LOOKS) {
  test(`what will fail is said before the password, ${folder}`, async ({ bank, customer }, info) => {
    const account = user(NAME).accounts[0]!;
    await bank.operator('user', 'password-expiry', NAME, '--last-day', japanDay(3));
    await bank.core('lock-pin', '--branch', account.branch_code, '--type', account.type, '--number', account.number);
    const wizard = await customer(NAME, person);
    const { page } = wizard;
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    for (const title of [expiring, locked]) {
      const notice = page.getByRole('region', { name: title });
      await expect(notice).toBeVisible();
      await expect(notice.getByText(person.language === 'ja' ? '対処' : 'What to do', { exact: true })).toBeVisible();
    }
    await expect(wizard.alert).toHaveCount(0);
    await picture(page, info, folder, '03a-password-notices');
    await expectAccessible(page, `${folder}/password-notices`);
    await wizard.enterPassword(user(NAME).login_password);
    await wizard.at('businesses', 3, 6);
  });

  test(`what blocks leaves nothing to type, and a way out, ${folder}`, async ({ bank, customer }, info) => {
    await bank.operator('user', 'password-expiry', NAME, '--last-day', japanDay(-1));
    await bank.core('set-faults', '--closed');
    const wizard = await customer(NAME, person);
    const { page, words } = wizard;
    const visit = await bank.partner().begin();
    await wizard.arrive(visit.url);
    await wizard.pressCertificateLogin();
    await expect(page.getByText('password_expired')).toBeVisible();
    await expect(page.getByText('core_closed')).toBeVisible();
    await expect(wizard.password).toHaveCount(0);
    await picture(page, info, folder, '03b-password-blocked');
    await expectAccessible(page, `${folder}/password-blocked`);

    // What has passed is gone at the next look.
    await bank.operator('user', 'password-expiry', NAME, '--never');
    await bank.core('set-faults');
    const again = wizard.button(person.language === 'ja' ? 'もう一度確認する' : 'Check again');
    await expect(async () => {
      await again.click({ timeout: 2000 });
      await expect(wizard.password).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await expect(wizard.button(words.cancel)).toBeVisible();
    await wizard.cancel();
    expect((await wizard.person.backAtPartner()).get('error')).toBe('access_denied');
  });
}

test('the list of linkages tells of the password, not of the core', async ({ bank, customer }) => {
  await bank.operator('user', 'password-expiry', NAME, '--last-day', japanDay(3));
  await bank.core('set-faults', '--closed');
  const wizard = await customer(NAME);
  const linkages = new LinkagesPage(wizard.person, bank.issuer);
  await linkages.open();
  await wizard.pressCertificateLogin();
  await expect(wizard.page.getByRole('region', { name: 'ログインパスワードの有効期限が近づいています。' })).toBeVisible();
  await expect(wizard.page.getByText('core_closed')).toHaveCount(0);
  await expect(wizard.password).toBeVisible();
});
