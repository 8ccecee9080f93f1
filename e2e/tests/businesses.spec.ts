// 手順2 and the conditional pages: partners that let the customer choose and those that do not, PINs registered before,
// and the way out of each page.

import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { accountEnding, type Wizard } from '../pages/wizard.ts';
import { spoken, lastDayOfPermission } from '../pages/dates.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

test('nothing is ticked beforehand, and nothing ticked is explained', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  const boxes = wizard.page.getByRole('checkbox');
  await expect(boxes).toHaveCount(3);
  for (const box of await boxes.all()) await expect(box).not.toBeChecked();
  await wizard.button('次へ').click();
  await expect(wizard.alert).toBeFocused();
  await wizard.alert.getByRole('link', { name: '利用する業務を選択してください。' }).click();
  await expect(boxes.first()).toBeFocused();
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
});

test('only what was asked for is offered, only what was chosen is permitted', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin(['accounts', 'balance', 'statement']);
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await expect(wizard.page.getByRole('checkbox')).toHaveCount(2);
  await expect(wizard.business('transfers')).toHaveCount(0);
  await wizard.choose('balance');
  await expect(wizard.page.getByText('残高照会', { exact: true })).toBeVisible();
  await expect(wizard.page.getByText('入出金明細照会', { exact: true })).toHaveCount(0);
  await wizard.permit();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  const { accounts } = (await partner.get('/v1/accounts', tokens)).json();
  const account = accounts[0].account_id ?? accounts[0].id;
  expect((await partner.get(`/v1/accounts/${account}/balance`, tokens)).status).toBe(200);
  const refused = await partner.get(`/v1/accounts/${account}/statement`, tokens);
  expect([refused.status, refused.json().code]).toEqual([403, 'insufficient_scope']);
});

test('a partner with fixed businesses: no selection page, and one page fewer', async ({ bank, customer }) => {
  const partner = bank.partner({ businesses: 'fixed' });
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  await wizard.arrive(visit.url);
  await wizard.at('login', 1, 5);
  await wizard.logIn(TARO.name);
  await wizard.at('pins', 3, 5);
  await wizard.register([[accountEnding(TARO.accounts[0]!), TARO.accounts[0]!.pin]]);
  await wizard.at('result', 4, 5);
  await wizard.button('確定').click();
  await wizard.at('permission', 5, 5);
  await wizard.permit();
  const back = await wizard.person.backAtPartner();
  const tokens = await partner.tokens(visit, back.get('code')!);
  expect((await partner.get('/v1/accounts', tokens)).status).toBe(200);
});

test('all accounts registered before: straight to the permission, and the count says so', async ({ bank, customer }) => {
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.at('permission', 4, 4);
  await expect(wizard.rows).toHaveCount(user('yubari-jiro').accounts.length);
  await expect(wizard.page.getByText(`${spoken(lastDayOfPermission(), 'ja')}まで`, { exact: true }).first()).toBeVisible();
});

test('fixed businesses and all accounts registered: three pages', async ({ bank, customer }) => {
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn((await bank.partner({ businesses: 'fixed' }).begin()).url, 'yubari-jiro');
  await wizard.at('permission', 3, 3);
});

/** Ways to each page. */
const PAGES: Record<string, (wizard: Wizard, url: string) => Promise<void>> = {
  'certificate login': async (wizard, url) => {
    await wizard.arrive(url);
    await wizard.at('login', 1, 6);
  },
  password: async (wizard, url) => {
    await wizard.arrive(url);
    await wizard.pressCertificateLogin();
    await wizard.at('login', 2, 6);
  },
  'business selection': async (wizard, url) => {
    await wizard.arriveAndLogIn(url, TARO.name);
    await wizard.at('businesses', 3, 6);
  },
  'PIN registration': (wizard, url) => wizard.untilPins(url, TARO.name),
  'PIN result': async (wizard, url) => {
    await wizard.untilPins(url, TARO.name);
    await wizard.register([[accountEnding(TARO.accounts[0]!), TARO.accounts[0]!.pin]]);
    await wizard.at('result', 5, 6);
  },
  permission: (wizard, url) => wizard.untilPermission(url, TARO.name, [TARO.accounts[0]!]),
};

for (const [name, reach] of Object.entries(PAGES)) {
  test(`cancel at ${name}: asked first, then back to the partner with access_denied`, async ({ bank, customer }) => {
    const partner = bank.partner();
    const visit = await partner.begin();
    const wizard = await customer(TARO.name);
    await reach(wizard, visit.url);
    const linkage = wizard.page.url();
    const heading = await wizard.heading.textContent();

    await wizard.button('API連携をキャンセル').click();
    const dialog = wizard.page.getByRole('dialog', { name: 'API連携をキャンセルしますか？' });
    await expect(dialog.getByRole('button', { name: '手続きを続ける' })).toBeFocused();
    await wizard.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(wizard.heading).toHaveText(heading!);

    await wizard.cancel();
    const back = await wizard.person.backAtPartner();
    expect(Object.fromEntries(back)).toMatchObject({ error: 'access_denied', state: visit.state, iss: bank.issuer });
    expect(back.has('code')).toBe(false);

    // Whoever comes back is told how it ended, and led on.
    await wizard.page.goto(linkage);
    await expect(wizard.heading).toHaveText('API連携をキャンセルしました');
    await wizard.page.getByRole('link', { name: 'API連携先へ戻る' }).click();
    expect(Object.fromEntries(await wizard.person.backAtPartner())).toMatchObject({ error: 'access_denied', state: visit.state });
  });
}
