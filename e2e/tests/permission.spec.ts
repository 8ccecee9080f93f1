// 手順5 and the return: what the page must name before the last act, and what the partner has afterwards.

import { storyPartners, user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { lastDayOfPermission, spoken } from '../pages/dates.ts';
import { LinkagesPage } from '../pages/linkages.ts';
import { accountEnding } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

test('the page names partner, target, period with its last day, accounts, and the way to withdraw', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPermission((await bank.partner({ client_id: 'kaikei-soft' }).begin()).url, TARO.name, [TARO.accounts[0]!]);
  const fact = (name: string) => wizard.page.locator('dl > div').filter({ has: wizard.page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd');
  await expect(fact('サービス名')).toHaveText('会計ソフト');
  await expect(fact('事業者名')).toHaveText('空知会計サービス株式会社');
  await expect(fact('登録番号')).toContainText('（電代）第1号');
  await expect(fact('利用目的')).not.toBeEmpty();
  await expect(fact('お問い合わせ・苦情の窓口')).toContainText('0120');
  await expect(fact('許可期間')).toContainText(`${spoken(lastDayOfPermission(), 'ja')}まで`);
  await expect(fact('照会できる明細の期間')).toContainText(/\d{4}年\d{1,2}月\d{1,2}日以降の明細/);
  await expect(wizard.rows).toHaveCount(2);
  const [withdrawal] = await Promise.all([wizard.person.context.waitForEvent('page'), wizard.page.getByRole('link', { name: /^連携中のサービス/ }).click()]);
  await expect(withdrawal.getByRole('heading', { level: 1, name: '連携中のサービス', exact: true })).toBeVisible();
});

test('a rich request: the page offers the accounts that it names, and says the businesses and the first day', async ({ bank, customer }) => {
  const partner = bank.partner();
  const first = await partner.begin();
  const wizard = await customer(TARO.name);
  await wizard.untilPermission(first.url, TARO.name, [TARO.accounts[0]!, TARO.accounts[1]!]);
  await wizard.decide();
  await wizard.goToPartner();
  const tokens = await partner.tokens(first, (await wizard.person.backAtPartner()).get('code')!);
  const { accounts } = (await partner.get('/v1/accounts', tokens)).json<{ accounts: { account_id: string; account_number: string }[] }>();
  const named = accounts.find(({ account_number }) => account_number === TARO.accounts[0]!.number)!;
  const from = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  const details = [{ type: 'renkei_statements', businesses: ['statement'], accounts: [named.account_id], from_date: from }];
  const rich = await partner.begin(['accounts'], { authorization_details: JSON.stringify(details) });
  await wizard.arriveAndLogIn(rich.url, TARO.name);
  if (partner.registration.businesses === 'choose') await wizard.choose('statement');
  await expect(wizard.rows).toHaveCount(1);
  await expect(wizard.row(accountEnding(TARO.accounts[0]!))).toBeVisible();
  const content = wizard.page.locator('section', { has: wizard.page.getByRole('heading', { name: '許可の内容' }) });
  await expect(content).toContainText(`${spoken(from, 'ja')}以降の明細`);
  await expect(content).toContainText(wizard.words.businesses.statement);
  await expect(content).not.toContainText(wizard.words.businesses.balance);
});

test('許可 without the tick explains what is missing and permits nothing', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPermission((await bank.partner().begin()).url, TARO.name, [TARO.accounts[0]!]);
  await expect(wizard.intent).not.toBeChecked();
  await wizard.button('許可').click();
  await expect(wizard.alert).toBeFocused();
  await wizard.alert.getByRole('link', { name: '「許可手続きを継続する」を選択してください。' }).click();
  await expect(wizard.intent).toBeFocused();
  await wizard.at('permission', 6, 6);
});

test('an account can be left out, but not all of them', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  await wizard.untilPermission(visit.url, TARO.name, [TARO.accounts[0]!, TARO.accounts[1]!]);
  const leaveOut = (number: number) => wizard.row(accountEnding(TARO.accounts[number]!)).getByRole('checkbox', { name: /^除外する/ });
  for (const number of [0, 1, 2]) await leaveOut(number).check();
  await wizard.decide();
  await expect(wizard.alert).toContainText('すべての口座が除外されています。');
  await leaveOut(0).uncheck();
  await wizard.button('許可').click();
  await wizard.goToPartner();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  const { accounts } = (await partner.get('/v1/accounts', tokens)).json();
  expect(accounts).toHaveLength(1);
  expect(JSON.stringify(accounts[0])).toContain(TARO.accounts[0]!.number);
});

test('the return hands over code, state and iss, and the token ends with the permission', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.decide();
  await expect(wizard.heading).toHaveText('API連携先へ戻ります');
  await expect(wizard.page.getByText('空知しんくみビジネスバンキングのセッションは終了しました。')).toBeVisible();
  await wizard.goToPartner();
  const back = await wizard.person.backAtPartner();
  expect(Object.fromEntries(back)).toMatchObject({ state: visit.state, iss: bank.issuer });
  const tokens = await partner.tokens(visit, back.get('code')!);
  const end = new Date(`${lastDayOfPermission()}T00:00:00+09:00`).getTime() + 86_400_000;
  expect(new Date(tokens.permission_expires_at).getTime(), '00:00 Japan time of D+91, exclusive').toBe(end);
});

test('a second permission for the same partner is announced as a replacement and ends the first when redeemed', async ({ bank, customer }) => {
  const partner = bank.partner();
  const wizard = await customer('yubari-jiro');
  const permit = async () => {
    const visit = await partner.begin();
    await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
    await wizard.choose('statement');
    return visit;
  };
  const first = await permit();
  await expect(wizard.page.getByText('以前の許可は、この許可に置き換わります')).toHaveCount(0);
  await wizard.permit();
  const earlier = await partner.tokens(first, (await wizard.person.backAtPartner()).get('code')!);

  const second = await permit();
  await expect(wizard.page.getByText('以前の許可は、この許可に置き換わります')).toBeVisible();
  await wizard.permit();
  const code = (await wizard.person.backAtPartner()).get('code')!;
  expect((await partner.get('/v1/accounts', earlier)).status, 'not before the new code is redeemed').toBe(200);
  const later = await partner.tokens(second, code);
  expect((await partner.get('/v1/accounts', earlier)).status).toBe(401);
  expect((await partner.get('/v1/accounts', later)).status).toBe(200);
});

test('a second partner never ends the first one’s permission', async ({ bank, customer }) => {
  const wizard = await customer('yubari-jiro');
  const tokens = [];
  const partners = storyPartners().map(({ client_id }) => bank.partner({ client_id }));
  for (const partner of partners) {
    const visit = await partner.begin();
    await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
    if (partner.registration.businesses === 'choose') await wizard.choose('statement');
    await wizard.permit();
    tokens.push(await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!));
  }
  for (const [number, partner] of partners.entries()) {
    expect((await partner.get('/v1/accounts', tokens[number]!)).status, partner.registration.client_id).toBe(200);
  }
  const page = new LinkagesPage(wizard.person, bank.issuer);
  await page.open();
  await page.logIn('yubari-jiro');
  await expect(page.entries).toHaveCount(partners.length);
});
