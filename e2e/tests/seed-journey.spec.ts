// The customer's own procedure guide, walked through with its own accounts from the accounting software and back, in the
// running demo itself. Titles, buttons, tables and the permission's rows are compared with the guide to the letter.

import type { Page } from '@playwright/test';
import { demo, user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { AccountingSoftware } from '../pages/accounting-software.ts';
import { lastDayOfPermission, spoken } from '../pages/dates.ts';
import { LinkagesPage } from '../pages/linkages.ts';
import { accountEnding } from '../pages/wizard.ts';
import { seed, seedStep } from '../seed/procedure.ts';

let TARO: DemoUser;
let FIRST: string, SECOND: string, LAST: string;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
  [FIRST, SECOND, , LAST] = TARO.accounts.map(accountEnding) as [string, string, string, string];
});

const pinOf = (number: number) => TARO.accounts[number]!.pin;

test.describe.configure({ mode: 'serial' });

test('the guide is read completely', () => {
  expect(seed.steps.map((step) => step.number)).toEqual([1, 2, 3, 4, 5]);
  expect(seed.steps.map((step) => step.buttons)).toEqual([
    ['電子証明書ログイン', 'API連携'],
    ['次へ'],
    ['登録'],
    ['確定', '照会用暗証番号の追加登録'],
    ['許可'],
  ]);
  expect(seed.steps.flatMap((step) => step.titles)).toHaveLength(5);
  expect(seedStep(3).table!.rows).toHaveLength(4);
  expect(seedStep(4).table!.rows).toHaveLength(4);
  expect(Object.keys(seed.permission)).toEqual(['認可対象', '許可期間', '意思確認']);
});

test('from the button of the accounting software to its first statement', async ({ customer }, info) => {
  test.setTimeout(180_000);
  const wizard = await customer(TARO.name, { partnerStub: false });
  const { page } = wizard;
  const software = new AccountingSoftware(page);
  let pictures = 0;
  const keep = (name: string) => picture(page, info, 'seed-journey', `${String(++pictures).padStart(2, '0')}-${name}`);
  const titled = (number: number, current: number) =>
    expect(wizard.heading).toHaveText(`${seedStep(number).titles[0]!}（${current}/6）`);
  const button = (number: number, place = 0) => wizard.button(seedStep(number).buttons[place]!);

  await software.open();
  await keep('accounting-software');
  await software.link();

  // 手順1
  await titled(1, 1);
  await expect(page.getByText('会計ソフト').first()).toBeVisible();
  await keep('certificate-login');
  await button(1).click();
  await expect(page.getByLabel('ログインパスワード', { exact: true })).toBeVisible();
  await titled(1, 2);
  await keep('password');
  await wizard.password.fill(TARO.login_password);
  await button(1, 1).click();

  // 手順2
  await titled(2, 3);
  await expect(page.getByRole('group', { name: '利用業務を選択' })).toBeVisible();
  for (const business of ['balance', 'statement', 'transfers'] as const) await wizard.business(business).check();
  await keep('business-selection');
  await button(2).click();

  // 手順3, twice: the guide's table shows the account of 豊洲支店 as registered during the procedure.
  await titled(3, 4);
  expect(await columnHeadings(page)).toEqual([...seedStep(3).table!.headings.slice(0, 3), '照会用暗証番号（半角数字4桁）']);
  expect((await wizard.table()).map((row) => row.status)).toEqual(['未登録', '未登録', '登録済み', '未登録']);
  await wizard.pin(LAST).fill(pinOf(3));
  await button(3).click();
  await titled(4, 5);
  await button(4, 1).click();
  await titled(3, 4);
  expect(await wizard.table()).toEqual(seedStep(3).table!.rows);
  await expect(page.getByText('* 「登録済み*」は')).toBeVisible();

  // One right, one wrong, in one submission.
  await wizard.pin(FIRST).fill(pinOf(0));
  await wizard.pin(SECOND).fill('0000');
  await keep('pin-registration');
  await button(3).click();

  // 手順4
  await titled(4, 5);
  expect(await columnHeadings(page)).toEqual([...seedStep(4).table!.headings.slice(0, 3), '照会用暗証番号（半角数字4桁）']);
  expect(await wizard.table()).toEqual(seedStep(4).table!.rows);
  await expect(wizard.row(SECOND)).toContainText('照会用暗証番号が違います。');
  await expect(wizard.row(SECOND)).toContainText('あと4回間違えると');
  await keep('pin-result');
  await button(4, 1).click();
  await expect(page.getByRole('checkbox')).toHaveCount(1);
  await wizard.pin(SECOND).fill(pinOf(1));
  await button(3).click();
  await titled(4, 5);
  expect((await wizard.table()).map((row) => row.status)).toEqual(['登録済み*', '登録済み*', '登録済み', '登録済み*']);
  await button(4).click();

  // 手順5
  await titled(5, 6);
  for (const [name, value] of Object.entries(seed.permission)) {
    await expect(page.getByText(name, { exact: true }).first()).toBeVisible();
    await expect(page.getByText(value, { exact: true }).first()).toBeVisible();
  }
  const end = spoken(lastDayOfPermission(), 'ja');
  await expect(page.getByText(`${end}まで`, { exact: true })).toBeVisible();
  await expect(page.getByText('空知会計サービス株式会社', { exact: true }).first()).toBeVisible();
  await expect(wizard.rows).toHaveCount(4);
  await keep('permission');
  await button(5).click();
  await expect(wizard.alert).toContainText('「許可手続きを継続する」を選択してください。');
  await keep('permission-without-intent');
  await page.getByRole('checkbox', { name: seed.permission['意思確認']!, exact: true }).check();
  await button(5).click();
  await expect(wizard.heading).toHaveText('API連携先へ戻ります');
  await keep('returning');
  await wizard.goToPartner();

  // 遷移元のAPI連携先画面に遷移します。
  await expect(page).toHaveURL(`${demo().partner_app_url}/`);
  await expect(software.notice).toContainText('銀行口座の連携が完了しました。');
  await expect(software.notice).toContainText(`${end}まで`);
  await keep('linked');

  await software.openAccounts();
  for (const account of TARO.accounts) await expect(software.account(accountEnding(account))).toBeVisible();
  await keep('accounts');

  const { account, date } = demo().busy_day;
  await software.openStatement(accountEnding(account), date, date);
  await expect(software.statementRows).toHaveCount(3000);
  const rows = await software.download();
  expect(rows).toHaveLength(3000);
  expect(rows.every((row) => row.day === date)).toBe(true);
  for (const [number, row] of rows.entries()) {
    const before = rows[number - 1];
    if (before) expect(row.balance, `row ${number + 1} follows from the one before`).toBe(before.balance + row.deposit - row.withdrawal);
  }
  await page.getByRole('link', { name: '口座一覧へ戻る' }).click();
  await software.openStatement(accountEnding(account), date.slice(0, 8) + '01', date.slice(0, 8) + '05');
  await keep('statement');
});

test('the customer sees the linkage, the software ends it, and both agree', async ({ customer }) => {
  const wizard = await customer(TARO.name, { partnerStub: false });
  const software = new AccountingSoftware(wizard.page);
  await software.open();
  await software.link();
  await wizard.logIn(TARO.name);
  await wizard.choose('statement');
  // Everything is registered now: no page asks for a PIN again.
  await wizard.at('permission', 4, 4);
  await expect(wizard.page.getByText('以前の許可は、この許可に置き換わります')).toBeVisible();
  await wizard.permit();
  await expect(software.notice).toContainText('銀行口座の連携が完了しました。');

  const linkages = new LinkagesPage(wizard.person, demo().issuer);
  await linkages.open();
  await linkages.logIn(TARO.name);
  await expect(linkages.entries).toHaveCount(1);
  await software.open();
  await software.unlink();
  await expect(software.notice).toContainText('連携を解除しました。');
  await linkages.open();
  await expect(linkages.entries).toHaveCount(0);
});

test('cancelled at the bank, the accounting software says so kindly', async ({ customer }) => {
  const wizard = await customer('yubari-jiro', { partnerStub: false });
  const software = new AccountingSoftware(wizard.page);
  await software.open();
  await software.link();
  await wizard.at('login', 1, 6);
  await wizard.cancel();
  await expect(software.notice).toContainText('連携はキャンセルされました。');
});

test('withdrawn at the bank, the accounting software says that the linkage has ended', async ({ customer }) => {
  const wizard = await customer('yubari-jiro', { partnerStub: false });
  const software = new AccountingSoftware(wizard.page);
  await software.open();
  await software.link();
  await wizard.logIn('yubari-jiro');
  await wizard.choose('balance', 'statement');
  await wizard.permit();
  await expect(software.notice).toContainText('銀行口座の連携が完了しました。');
  const linkages = new LinkagesPage(wizard.person, demo().issuer);
  await linkages.open();
  await linkages.logIn('yubari-jiro');
  await linkages.withdraw('会計ソフト');
  await software.open();
  await wizard.page.getByRole('link', { name: '口座一覧を見る' }).click();
  await expect(software.notice).toContainText('連携が終了しています。');
});

async function columnHeadings(page: Page): Promise<string[]> {
  return (await page.getByRole('columnheader').allInnerTexts()).map((text) => text.trim());
}
