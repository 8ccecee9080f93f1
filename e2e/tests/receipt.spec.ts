// What the customer keeps: the reference number and the receipt, on the way back and in 「連携中のサービス」. The way back waits
// for whoever wants to read, and leads to the partner however long that takes.

import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { expectAccessible } from '../browser/accessibility.ts';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { lastDayOfPermission, spoken } from '../pages/dates.ts';
import { LinkagesPage } from '../pages/linkages.ts';
import type { Wizard } from '../pages/wizard.ts';

let JIRO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  JIRO = user('yubari-jiro');
});

async function untilPermitted(wizard: Wizard, url: string): Promise<void> {
  await wizard.arriveAndLogIn(url, JIRO.name);
  await wizard.choose('balance', 'statement');
  await wizard.decide();
  await expect(wizard.heading).toHaveText(wizard.words.titles.returning);
}

async function saved(page: Page, press: () => Promise<void>): Promise<[Download, string]> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return [download, await readFile(await download.path(), 'utf8')];
}

test('the receipt is saved on the way back, in the list it is the same, and it is nobody else’s', async ({ bank, customer }, info) => {
  const partner = bank.partner({ client_id: 'kaikei-soft' });
  const visit = await partner.begin();
  const wizard = await customer(JIRO.name);
  const { page } = wizard;
  await untilPermitted(wizard, visit.url);
  const reference = (await wizard.reference.textContent())!;
  await expect(page.getByText('会計ソフトの画面へ移動します。', { exact: false }).first()).toBeVisible();
  const save = page.getByRole('link', { name: '控えを保存', exact: true });
  const address = new URL((await save.getAttribute('href'))!, page.url()).href;
  const [download, text] = await saved(page, () => save.click());
  expect(download.suggestedFilename()).toBe(`renkei-${reference}.html`);
  for (const part of [reference, '会計ソフト', '空知会計サービス株式会社', '（電代）第1号', '残高照会', `${spoken(lastDayOfPermission(), 'ja')}まで`, '受付済み', ...JIRO.accounts.map(({ number }) => number)]) {
    expect(text).toContain(part);
  }
  for (const account of JIRO.accounts) expect(text).not.toContain(`>${account.pin}<`);
  await expect(page.getByText('自動での移動を止めました。', { exact: false }), 'saving stops the clock').toBeVisible();
  await page.waitForTimeout(6_000);
  await expect(wizard.heading).toHaveText('API連携先へ戻ります');

  const sheet = await wizard.person.context.newPage();
  await sheet.setContent(text);
  await expectAccessible(sheet, 'the receipt');
  await picture(sheet, info, 'ja-desktop', '95-receipt');
  await sheet.close();

  const stranger = await customer('sorachi-taro');
  expect((await stranger.page.goto(address))!.status()).toBe(404);
  await expect(stranger.heading).toHaveText('ページまたは手続きが見つかりません。');

  await wizard.goToPartner();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  const list = new LinkagesPage(wizard.person, bank.issuer);
  await list.open();
  await list.logIn(JIRO.name);
  await expect(list.entry('会計ソフト')).toContainText(reference);
  const listed = list.entry('会計ソフト').getByRole('link', { name: '控えを保存：会計ソフト', exact: true });
  const [, again] = await saved(page, () => listed.click());
  expect(again).toContain(reference);
  expect(again, 'the partner has redeemed the code').toContain('<dd>有効</dd>');
  await page.getByRole('button', { name: 'English', exact: true }).click();
  const [, english] = await saved(page, () => list.entry('会計ソフト').getByRole('link', { name: 'Save receipt: 会計ソフト' }).click());
  expect(english).toContain(`until ${spoken(lastDayOfPermission(), 'en')}`);
});

test('left alone, the page goes on by itself; stopped, it stays and says so', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(JIRO.name);
  await untilPermitted(wizard, visit.url);
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

  const second = await partner.begin();
  await untilPermitted(wizard, second.url);
  await wizard.button('ここで止める').click();
  await expect(wizard.page.getByText('自動での移動を止めました。', { exact: false })).toBeFocused();
  await expect(wizard.button('ここで止める')).toHaveCount(0);
  await expectAccessible(wizard.page, 'the way back, stopped');
  // Loaded anew, it counts anew.
  await wizard.page.reload();
  await expect(wizard.button('ここで止める')).toBeVisible();
  await wizard.goToPartner();
  await partner.tokens(second, (await wizard.person.backAtPartner()).get('code')!);
});

test.describe('the code lives two seconds', () => {
  test.use({ settings: async ({}, use) => use({ RENKEI_OAUTH__CODE_SECONDS: '2' }) });

  test('whoever takes longer gets the next one', async ({ bank, customer }) => {
    const partner = bank.partner();
    const visit = await partner.begin();
    const wizard = await customer(JIRO.name);
    await untilPermitted(wizard, visit.url);
    await wizard.button('ここで止める').click();
    await wizard.page.waitForTimeout(3_000);
    const [request] = await Promise.all([wizard.page.waitForRequest((request) => request.url().endsWith('/return') && request.method() === 'POST'), wizard.goToPartner()]);
    expect(request.postDataJSON()).toMatchObject({ version: expect.any(Number) });
    await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  });
});
