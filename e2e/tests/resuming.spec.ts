// The server owns the state: a reload, the back button, a second tab, an impatient finger or a restarted server resumes
// at the right step or says why not, and nothing happens twice.

import type { Page } from '@playwright/test';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { LinkagesPage } from '../pages/linkages.ts';
import { accountEnding, Wizard } from '../pages/wizard.ts';

let TARO: DemoUser;
let FIRST: string, PIN: string, WRONG: string;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
  FIRST = accountEnding(TARO.accounts[0]!);
  PIN = TARO.accounts[0]!.pin;
  WRONG = String((Number(PIN) + 1) % 10_000).padStart(4, '0');
});

test('a reload resumes at each step, and goes on to the end', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  const reload = async (check: () => Promise<void>) => {
    await check();
    await wizard.page.reload();
    await check();
  };
  await wizard.arrive(visit.url);
  await reload(() => wizard.at('login', 1, 6));
  await wizard.pressCertificateLogin();
  await reload(() => wizard.at('login', 2, 6));
  await wizard.enterPassword(TARO.login_password);
  await reload(() => wizard.at('businesses', 3, 6));
  await wizard.choose('statement');
  await reload(() => wizard.at('pins', 4, 6));
  await wizard.register([[FIRST, PIN]]);
  await reload(() => wizard.at('result', 5, 6));
  expect((await wizard.table())[0]!.status, 'still marked as registered in this procedure').toBe('登録済み*');
  await wizard.button('確定').click();
  await reload(() => wizard.at('permission', 6, 6));
  await wizard.permit();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
});

test('the back button shows where the procedure stands and loses nothing', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.page.goto('about:blank');
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.page.goBack();
  await wizard.at('pins', 4, 6);
  await wizard.register([[FIRST, PIN]]);
  await wizard.at('result', 5, 6);
});

test('back from the partner after the return: the procedure says that it is complete', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  const linkage = wizard.page.url();
  await wizard.permit();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  await wizard.page.goto(linkage);
  await expect(wizard.heading).toHaveText('API連携の手続きは完了しています');
  await expect(wizard.intent).toHaveCount(0);
});

test('two tabs: the stale one is told so and shows the current state', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await wizard.at('login', 2, 6);
  const second = new Wizard(wizard.person, await wizard.person.context.newPage());
  await second.page.goto(wizard.page.url());
  await second.at('login', 2, 6);

  await wizard.enterPassword(TARO.login_password);
  await wizard.at('businesses', 3, 6);
  await second.enterPassword(TARO.login_password);
  await expect(second.alert).toContainText('画面の内容が最新ではありません。');
  await expect(second.heading).toHaveText('API連携認証（認可業務選択）（利用登録）（3/6）');
  await second.choose('statement');
  await second.at('pins', 4, 6);

  await wizard.choose('balance');
  await expect(wizard.alert).toContainText('画面の内容が最新ではありません。');
  await expect(wizard.heading).toHaveText('API連携認証（照会用暗証番号登録）（利用登録）（4/6）');
});

test('a double click on 登録 spends one try', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.pin(FIRST).fill(WRONG);
  await wizard.button('登録').dblclick();
  await wizard.at('result', 5, 6);
  await expect(wizard.row(FIRST)).toContainText('あと4回間違えると');
});

test('a double click on 許可 makes one permission and one return', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.intent.check();
  await wizard.button('許可').dblclick();
  await wizard.goToPartner();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  const returns = wizard.person.watch.addresses.filter((address) => address.startsWith(visit.redirectUri));
  expect(returns).toHaveLength(1);
  const page = new LinkagesPage(wizard.person, bank.issuer);
  await page.open();
  await page.logIn('yubari-jiro');
  await expect(page.entries).toHaveCount(1);
});

test('the same act sent twice at once, under one id or under two, spends one try', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  const answers = await sendTwice(wizard.page, 'one id', WRONG);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 'the same outcome').toBe(1);
  await wizard.page.reload();
  await expect(wizard.row(FIRST)).toContainText('あと4回間違えると');

  await wizard.button('照会用暗証番号の追加登録').click();
  await wizard.at('pins', 4, 6);
  const statuses = (await sendTwice(wizard.page, 'two ids', WRONG)).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 409]);
  await wizard.page.reload();
  await expect(wizard.row(FIRST)).toContainText('あと3回間違えると');
});

/** Sends `inquiry-pins` for the first account twice at the same moment, from the page itself. */
function sendTwice(page: Page, ids: 'one id' | 'two ids', pin: string): Promise<{ status: number; body: unknown }[]> {
  return page.evaluate(
    async ([ids, pin]) => {
      const base = `/api${location.pathname}`;
      const view = await (await fetch(base)).json();
      const account_id = view.data.accounts[0].account_id;
      const once = crypto.randomUUID();
      const send = async () => {
        const body = { version: view.version, act_id: ids === 'one id' ? once : crypto.randomUUID(), pins: [{ account_id, pin }] };
        const headers = { 'content-type': 'application/json', 'x-renkei-csrf': '1' };
        for (;;) {
          const answer = await fetch(`${base}/inquiry-pins`, { method: 'POST', headers, body: JSON.stringify(body) });
          const json = await answer.json();
          // The twin is asked again until the first has been answered, as the page itself does.
          if (json.code !== 'act_in_progress') return { status: answer.status, body: withoutTime(json) };
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      };
      const withoutTime = (json: any) => ({ ...json, remaining_seconds: undefined });
      return Promise.all([send(), send()]);
    },
    [ids, pin] as const,
  );
}

test('the server is restarted in the middle: nothing is lost', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn(visit.url, TARO.name);
  await wizard.at('businesses', 3, 6);
  wizard.person.watch.offline = true;
  await bank.stop('SIGKILL');
  await bank.serve();
  await wizard.choose('statement');
  await wizard.at('pins', 4, 6);
  await bank.stop();
  await bank.serve();
  await wizard.page.reload();
  await wizard.at('pins', 4, 6);
  await wizard.register([[FIRST, PIN]]);
  await wizard.button('確定').click();
  await wizard.permit();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  expect((await partner.get('/v1/accounts', tokens)).status).toBe(200);
});

test('the server is away when 登録 is pressed: the page says so, and sending again spends one try', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  wizard.person.watch.offline = true;
  await bank.stop();
  await wizard.register([[FIRST, WRONG]]);
  await expect(wizard.alert).toContainText('サーバーと通信できませんでした。');
  await bank.serve();
  await wizard.button('もう一度送信する').click();
  await wizard.at('result', 5, 6);
  await expect(wizard.row(FIRST)).toContainText('あと4回間違えると');
});
