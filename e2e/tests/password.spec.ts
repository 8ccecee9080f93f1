// 手順1②: the login password, its count of wrong tries, its lock, and what staff do about it.

import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

test('an empty password is answered by the page itself and spends no try', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await expect(wizard.page.getByText('残り5回')).toBeVisible();
  await wizard.button('API連携').click();
  await expect(wizard.alert).toBeFocused();
  await wizard.alert.getByRole('link', { name: 'ログインパスワードを入力してください。' }).click();
  await expect(wizard.password).toBeFocused();
  await expect(wizard.page.getByText('残り5回')).toBeVisible();
});

test('the password can be shown, is hidden again when sent, and its field is emptied by an error', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await wizard.password.fill('not-the-password');
  await expect(wizard.password).toHaveAttribute('type', 'password');
  await wizard.button('パスワードを表示').click();
  await expect(wizard.password).toHaveAttribute('type', 'text');
  await wizard.button('API連携').click();
  await expect(wizard.alert).toContainText('ログインパスワードが違います。');
  await expect(wizard.alert).toBeFocused();
  await expect(wizard.password).toHaveAttribute('type', 'password');
  await expect(wizard.password).toHaveValue('');
  await expect(wizard.page.getByText('パスワードを忘れた')).toHaveCount(0);
});

test('wrong up to the lock, which holds for a new linkage; staff unlock; the same procedure goes on', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  for (const remaining of [4, 3, 2, 1]) {
    await wizard.enterPassword('not-the-password');
    await expect(wizard.alert).toContainText(`あと${remaining}回間違えると、利用者がロックされます`);
    await expect(wizard.page.getByText(`残り${remaining}回`)).toBeVisible();
  }
  await wizard.enterPassword('not-the-password');
  // Said once: by the try that has locked, and from then on by the page.
  const said = wizard.page.getByRole('heading', { name: 'この利用者はロックされています。' });
  await expect(said).toHaveCount(1);
  await expect(wizard.alert).toHaveCount(1);
  await wizard.page.reload();
  await expect(said).toHaveCount(1);
  await expect(wizard.password).toHaveCount(0);
  await expect(wizard.button('API連携をキャンセル')).toBeVisible();

  const linkage = wizard.page.url();
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await expect(said).toHaveCount(1);
  await expect(wizard.password).toHaveCount(0);

  await bank.operator('user', 'unlock', TARO.name);
  await wizard.page.goto(linkage);
  await wizard.at('login', 2, 6);
  await wizard.enterPassword(TARO.login_password);
  await wizard.at('businesses', 3, 6);
});

test('a locked user keeps the permissions already given', async ({ bank, customer }) => {
  const wizard = await customer('yubari-jiro');
  const partner = bank.partner();
  const visit = await partner.begin();
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.permit();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

  await wizard.arrive((await partner.begin()).url);
  await wizard.pressCertificateLogin();
  for (let tries = 0; tries < 5; tries++) {
    await wizard.enterPassword('not-the-password');
    await expect(wizard.alert.first()).toContainText(tries < 4 ? `あと${4 - tries}回` : 'ロックされています');
  }
  expect((await partner.get('/v1/accounts', tokens)).status).toBe(200);
});
