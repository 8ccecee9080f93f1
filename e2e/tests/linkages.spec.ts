// 「連携中のサービス」: the customer sees what was permitted and withdraws it with one act.

import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { lastDayOfPermission, spoken } from '../pages/dates.ts';
import { LinkagesPage } from '../pages/linkages.ts';

let JIRO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  JIRO = user('yubari-jiro');
});

test('nothing permitted: the page says so and how to begin; logging out ends the session', async ({ bank, customer }) => {
  const wizard = await customer(JIRO.name);
  const page = new LinkagesPage(wizard.person, bank.issuer);
  await page.open();
  await page.logIn(JIRO.name);
  await expect(wizard.page.getByText('連携中のサービスはありません。')).toBeVisible();
  await wizard.button('ログアウト').click();
  await expect(wizard.button('電子証明書ログイン')).toBeVisible();
  await wizard.page.reload();
  await expect(wizard.button('電子証明書ログイン')).toBeVisible();
});

test('a linkage is listed with all that was permitted; withdrawn, the partner’s very next call fails', async ({ bank, customer }) => {
  const partner = bank.partner({ client_id: 'kaikei-soft' });
  const visit = await partner.begin();
  const wizard = await customer(JIRO.name);
  await wizard.arriveAndLogIn(visit.url, JIRO.name);
  await wizard.choose('balance', 'statement');
  await wizard.permit();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

  const page = new LinkagesPage(wizard.person, bank.issuer);
  await page.open();
  await page.logIn(JIRO.name);
  const entry = page.entry('会計ソフト');
  await expect(entry).toContainText('空知会計サービス株式会社');
  await expect(entry).toContainText('残高照会');
  await expect(entry).toContainText('入出金明細照会');
  await expect(entry).not.toContainText('振込入金明細照会');
  await expect(entry).toContainText(`${spoken(lastDayOfPermission(), 'ja')}まで`);
  await expect(entry).toContainText('まだアクセスはありません');
  for (const account of JIRO.accounts) await expect(entry).toContainText(account.number);

  expect((await partner.get('/v1/accounts', tokens)).status).toBe(200);
  await wizard.page.reload();
  await expect(entry).not.toContainText('まだアクセスはありません');

  await wizard.button('連携を解除する：会計ソフト').click();
  const dialog = wizard.page.getByRole('dialog', { name: '会計ソフトとの連携を解除しますか？' });
  await expect(dialog).toContainText('直ちに口座情報を取得できなくなります');
  await expect(dialog).toContainText('すでに取得された口座情報は');
  await dialog.getByRole('button', { name: '解除しない' }).click();
  expect((await partner.get('/v1/accounts', tokens)).status).toBe(200);

  await page.withdraw('会計ソフト');
  await expect(wizard.page.getByText('連携中のサービスはありません。')).toBeVisible();
  await expect(wizard.page.getByRole('status').filter({ hasText: '会計ソフトとの連携を解除しました。' })).toHaveCount(1);
  expect((await partner.get('/v1/accounts', tokens)).status).toBe(401);
  expect((await partner.refresh(tokens)).json().error).toBe('invalid_grant');
});

test('somebody else’s linkages are not shown', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const jiro = await customer(JIRO.name);
  await jiro.arriveAndLogIn(visit.url, JIRO.name);
  await jiro.choose('statement');
  await jiro.permit();
  await partner.tokens(visit, (await jiro.person.backAtPartner()).get('code')!);

  const taro = await customer('sorachi-taro');
  const page = new LinkagesPage(taro.person, bank.issuer);
  await page.open();
  await page.logIn('sorachi-taro');
  await expect(page.entries).toHaveCount(0);
});
