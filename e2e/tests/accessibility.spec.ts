// Every state of every page in both languages, on a desktop and on a phone: axe finds nothing, nothing overflows
// sideways, and a picture is kept for people to judge.

import type { Page, TestInfo } from '@playwright/test';
import { expectAccessible } from '../browser/accessibility.ts';
import { DESKTOP, PHONE, type Language, type Size } from '../browser/person.ts';
import { badCertificate, user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { LinkagesPage } from '../pages/linkages.ts';
import { accountEnding, Wizard } from '../pages/wizard.ts';

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
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${state}: nothing to scroll sideways`).toBeLessThanOrEqual(0);
  await expectAccessible(page, `${folder}/${state}`);
}

/** Accounts end in the same digits in both languages. */
const number = (place: number) => TARO.accounts[place]!.number;

for (const { name, ...person } of LOOKS) {
  test(`the procedure, ${name}`, async ({ bank, customer }, info) => {
    test.setTimeout(240_000);
    const partner = bank.partner();
    const visit = await partner.begin();
    const wizard = await customer(TARO.name, person);
    const { page, words } = wizard;
    const see = (state: string) => look(page, info, name, state);

    await wizard.arrive(visit.url);
    await see('01-certificate-login');
    await wizard.button(words.cancel).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await see('02-cancel-dialog');
    await page.keyboard.press('Escape');
    await wizard.pressCertificateLogin();
    await wizard.at('login', 2, 6);
    await see('03-password');
    await wizard.button(words.link).click();
    await expect(wizard.alert).toBeVisible();
    await see('04-password-empty');
    await wizard.enterPassword('not-the-password');
    await expect(page.getByText('password_wrong')).toBeVisible();
    await see('05-password-wrong');
    await wizard.enterPassword(TARO.login_password);
    await wizard.at('businesses', 3, 6);
    await see('06-businesses');
    await wizard.button(words.next).click();
    await see('07-businesses-none');
    await wizard.choose('balance', 'statement', 'transfers');
    await wizard.at('pins', 4, 6);
    await see('08-pins');
    await wizard.pin(number(0)).fill('12');
    await wizard.button(words.register).click();
    await expect(wizard.alert).toBeVisible();
    await see('09-pins-malformed');
    await wizard.register([
      [number(0), TARO.accounts[0]!.pin],
      [number(1), '0000'],
    ]);
    await wizard.at('result', 5, 6);
    await see('10-result');
    await wizard.button(words.addMore).click();
    await wizard.at('pins', 4, 6);
    await see('11-pins-again');
    await wizard.button(words.skip).click();
    await wizard.at('permission', 6, 6);
    await see('12-permission');
    await wizard.button(words.permit).click();
    await expect(wizard.alert).toBeVisible();
    await see('13-permission-without-intent');
    await wizard.row(number(0)).getByRole('checkbox').check();
    await see('14-permission-account-left-out');

    // The partner takes its time, so that the page of the return stays for a look.
    let goOn = () => {};
    const looked = new Promise<void>((resolve) => (goOn = resolve));
    await page.route(`${visit.redirectUri}**`, async (route) => {
      await looked;
      await route.fallback();
    });
    await wizard.pressPermit();
    await expect(wizard.heading).toHaveText(words.titles.returning);
    await see('15-returning');
    goOn();
    await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

    // A second linkage: the replacement is announced; cancelled, the end is explained.
    const second = await partner.begin();
    await wizard.arriveAndLogIn(second.url, TARO.name);
    await wizard.choose('statement');
    await wizard.at('pins', 4, 6);
    await wizard.button(words.skip).click();
    await wizard.at('permission', 6, 6);
    await see('16-permission-replacing');
    const linkage = page.url();
    await wizard.cancel();
    await wizard.person.backAtPartner();
    await page.goto(linkage);
    await expect(wizard.heading).toHaveText(words.titles.cancelled);
    await see('17-cancelled');

    const linkages = new LinkagesPage(wizard.person, bank.issuer);
    await linkages.open();
    await see('18-linkages-login');
    await linkages.logIn(TARO.name);
    await expect(linkages.entries).toHaveCount(1);
    await see('19-linkages');
    await page.getByRole('button', { name: words.withdraw('会計ソフト') }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await see('20-withdraw-dialog');
    await page.keyboard.press('Escape');
    await linkages.withdraw('会計ソフト');
    await see('21-linkages-empty');
    await page.goto(`${bank.issuer}/linkages/00000000-0000-4000-8000-000000000000`);
    await expect(wizard.heading).toHaveText(words.titles.notFound);
    await see('22-not-found');
  });

  test(`what goes wrong with certificates and locks, ${name}`, async ({ bank, seat }, info) => {
    const see = (wizard: Wizard, state: string) => look(wizard.page, info, name, state);
    const none = new Wizard(await seat(person));
    await none.arrive((await bank.partner().begin()).url);
    await none.pressCertificateLogin();
    await expect(none.alert).toBeVisible();
    await see(none, '30-certificate-missing');
    await none.page.goto(`${bank.issuer}/authorize`);
    await see(none, '31-invalid-request');

    const revoked = new Wizard(await seat({ ...person, certificates: [badCertificate('revoked')] }));
    await revoked.arrive((await bank.partner().begin()).url);
    await revoked.pressCertificateLogin();
    await expect(revoked.alert).toBeVisible();
    await see(revoked, '32-certificate-revoked');

    const locked = new Wizard(await seat({ ...person, certificates: [TARO] }));
    await locked.arrive((await bank.partner().begin()).url);
    await locked.pressCertificateLogin();
    for (let tries = 0; tries < 5; tries++) {
      await locked.enterPassword('not-the-password');
      await expect(locked.page.getByText(tries < 4 ? 'password_wrong' : 'user_locked')).toBeVisible();
      if (tries < 4) await locked.page.reload();
    }
    await see(locked, '33-user-locked');
  });

  // Colours do not depend on the number of rows.
  if (person.colorScheme) continue;

  test(`300 accounts, ${name}`, async ({ bank, customer }, info) => {
    test.setTimeout(180_000);
    const hanako = user('hokkai-hanako');
    const wizard = await customer(hanako.name, person);
    await wizard.untilPins((await bank.partner().begin()).url, hanako.name);
    await expect(wizard.rows).toHaveCount(300);
    await look(wizard.page, info, name, '40-pins-300');
    await wizard.page.getByLabel(wizard.words.search, { exact: true }).fill(hanako.accounts[7]!.number);
    await expect.poll(() => wizard.rows.evaluateAll((rows) => rows.filter((row) => (row as HTMLElement).offsetParent !== null).length)).toBe(1);
    await picture(wizard.page, info, name, '41-pins-300-searched');
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
