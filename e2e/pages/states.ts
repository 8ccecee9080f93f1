// Every state of every page, one after the other, for those who look at pages: axe, snapshots, zoom, forced colours.
// What the pages do is tested elsewhere; here they are only brought into a state, which is then handed to the looker.

import { expect, type Page } from '@playwright/test';
import type { Person, PersonOptions } from '../browser/person.ts';
import { badCertificate, demo, user } from '../demo/description.ts';
import type { Stand } from '../demo/stand.ts';
import { call } from '../partner/loopback.ts';
import { LinkagesPage } from './linkages.ts';
import { Wizard } from './wizard.ts';

/** Looks at the page's present state, which has this name. */
export type See = (state: string, page: Page) => Promise<void>;

const TARO = 'sorachi-taro';
const HANAKO = 'hokkai-hanako';

/** Accounts end in the same digits in both languages. */
const taroAccount = (place: number) => user(TARO).accounts[place]!;

/** The procedure with its errors, then the page of linkages; for the user with the guide's own four accounts. */
export async function procedure(bank: Stand, wizard: Wizard, see: See): Promise<void> {
  const { page, words } = wizard;
  const taro = user(TARO);
  const partner = bank.partner();
  const visit = await partner.begin();

  await wizard.arrive(visit.url);
  await see('01-certificate-login', page);
  await wizard.button(words.cancel).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await see('02-cancel-dialog', page);
  await page.keyboard.press('Escape');
  await wizard.pressCertificateLogin();
  await wizard.at('login', 2, 6);
  await see('03-password', page);
  await wizard.button(words.link).click();
  await expect(wizard.alert).toBeVisible();
  await see('04-password-empty', page);
  await wizard.enterPassword('not-the-password');
  await expect(page.getByText('password_wrong')).toBeVisible();
  await see('05-password-wrong', page);
  await wizard.enterPassword(taro.login_password);
  await wizard.at('businesses', 3, 6);
  await see('06-businesses', page);
  await wizard.button(words.next).click();
  await expect(wizard.alert).toBeVisible();
  await see('07-businesses-none', page);
  await wizard.choose('balance', 'statement', 'transfers');
  await wizard.at('pins', 4, 6);
  await see('08-pins', page);
  await wizard.pin(taroAccount(0).number).fill('12');
  await wizard.button(words.register).click();
  await expect(wizard.alert).toBeVisible();
  await see('09-pins-malformed', page);
  await wizard.register([
    [taroAccount(0).number, taroAccount(0).pin],
    [taroAccount(1).number, '0000'],
  ]);
  await wizard.at('result', 5, 6);
  await see('10-result', page);
  await wizard.button(words.addMore).click();
  await wizard.at('pins', 4, 6);
  await see('11-pins-again', page);
  await wizard.button(words.skip).click();
  await wizard.at('permission', 6, 6);
  await see('12-permission', page);
  await wizard.button(words.permit).click();
  await expect(wizard.alert).toBeVisible();
  await see('13-permission-without-intent', page);
  await wizard.row(taroAccount(0).number).getByRole('checkbox').check();
  await see('14-permission-account-left-out', page);

  await wizard.decide();
  await expect(wizard.heading).toHaveText(words.titles.returning);
  await wizard.button(words.stayHere).click();
  await see('15-returning', page);
  await wizard.goToPartner();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

  // A second linkage: the replacement is announced; cancelled, the end is explained.
  const second = await partner.begin();
  await wizard.arriveAndLogIn(second.url, TARO);
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
  await wizard.button(words.skip).click();
  await wizard.at('permission', 6, 6);
  await see('16-permission-replacing', page);
  const linkage = page.url();
  await wizard.cancel();
  await wizard.person.backAtPartner();
  await page.goto(linkage);
  await expect(wizard.heading).toHaveText(words.titles.cancelled);
  await see('17-cancelled', page);
  await linkages(bank, wizard, see);
}

async function linkages(bank: Stand, wizard: Wizard, see: See): Promise<void> {
  const { page, words } = wizard;
  const list = new LinkagesPage(wizard.person, bank.issuer);
  await list.open();
  await see('18-linkages-login', page);
  await list.logIn(TARO);
  await expect(list.entries).toHaveCount(1);
  await see('19-linkages', page);
  await page.getByRole('button', { name: words.withdraw('会計ソフト') }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await see('20-withdraw-dialog', page);
  await page.keyboard.press('Escape');
  await list.withdraw('会計ソフト');
  await see('21-linkages-empty', page);
  await page.goto(`${bank.issuer}/linkages/00000000-0000-4000-8000-000000000000`);
  await expect(wizard.heading).toHaveText(words.titles.notFound);
  await see('22-not-found', page);
}

/** What goes wrong with certificates, requests and locks. */
export async function troubles(bank: Stand, seat: (options: PersonOptions) => Promise<Person>, person: PersonOptions, see: See): Promise<void> {
  const arriving = async (options: PersonOptions) => {
    const wizard = new Wizard(await seat(options));
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    return wizard;
  };
  const none = await arriving(person);
  await expect(none.alert).toBeVisible();
  await see('30-certificate-missing', none.page);
  await none.page.goto(`${bank.issuer}/authorize`);
  await see('31-invalid-request', none.page);

  const revoked = await arriving({ ...person, certificates: [badCertificate('revoked')] });
  await expect(revoked.alert).toBeVisible();
  await see('32-certificate-revoked', revoked.page);

  const locked = await arriving({ ...person, certificates: [user(TARO)] });
  for (let tries = 0; tries < 5; tries++) {
    await locked.enterPassword('not-the-password');
    await expect(locked.page.getByText(tries < 4 ? 'password_wrong' : 'user_locked')).toBeVisible();
    if (tries < 4) await locked.page.reload();
  }
  await see('33-user-locked', locked.page);
}

/**
 * Short of time and out of time, and the other ways to end. The server's answer is changed on its way to the page, since
 * the bank's clock cannot be hurried; `deadline.spec.ts` waits for the real thing.
 */
export async function ends(bank: Stand, wizard: Wizard, see: See): Promise<void> {
  const { page, words } = wizard;
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO);
  await wizard.at('businesses', 3, 6);
  await answering(bank, page, { remaining_seconds: 119 });
  await expect(wizard.button(words.extend)).toBeVisible();
  await see('50-time-short', page);
  const return_url = `${demo().partner_app_url}/callback`;
  for (const reason of ['timed_out', 'completed', 'partner_suspended', 'other_customer', 'grant_ended', 'no_account_offered']) {
    await answering(bank, page, { step: 'ended', data: { reason, return_url: reason === 'completed' ? null : return_url }, extendable: false });
    // Back to the partner, or to what has been linked.
    await expect(page.locator('#app').getByRole('main').getByRole('link').first()).toBeVisible();
    await see(`51-ended-${reason.replaceAll('_', '-')}`, page);
  }
}

/** Loads the page anew with these members in the server's answer. */
async function answering(bank: Stand, page: Page, members: object): Promise<void> {
  const views = '**/api/linkages/*';
  await page.unroute(views);
  await page.route(views, async (route) => {
    const url = route.request().url();
    const cookie = (await page.context().cookies(url)).map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await call(url, { ca: bank.ca, headers: { cookie } });
    await route.fulfill({ status: answer.status, contentType: 'application/json', body: JSON.stringify({ ...answer.json(), ...members }) });
  });
  await page.reload();
}

/** 300 accounts: all of them, one found, none found. */
export async function manyAccounts(bank: Stand, wizard: Wizard, see: See): Promise<void> {
  const { page, words } = wizard;
  const hanako = user(HANAKO);
  await wizard.untilPins((await bank.partner().begin()).url, HANAKO);
  await expect(wizard.rows).toHaveCount(hanako.accounts.length);
  await see('40-pins-300', page);
  const search = page.getByLabel(words.search, { exact: true });
  const shown = () => wizard.rows.evaluateAll((rows) => rows.filter((row) => (row as HTMLElement).offsetParent !== null).length);
  await search.fill(hanako.accounts[7]!.number);
  await expect.poll(shown).toBe(1);
  await see('41-pins-300-searched', page);
  await search.fill('9999999999');
  await expect.poll(shown).toBe(0);
  await see('42-pins-300-none-found', page);
  await search.fill('');
  await expect.poll(shown).toBe(hanako.accounts.length);
  await wizard.register([
    [hanako.accounts[7]!.number, hanako.accounts[7]!.pin],
    [hanako.accounts[8]!.number, '0000'],
  ]);
  await wizard.at('result', 5, 6);
  await see('43-result-300', page);
}
