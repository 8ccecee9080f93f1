// The whole journey in the other browser engine that customers have: Debian's Firefox with the certificate in its own
// profile, from the partner's request to the first statement.

import { FirefoxPerson } from '../browser/firefox.ts';
import type { Pkcs12 } from '../browser/certificate-store.ts';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, test as base } from '../fixtures.ts';
import { accountEnding } from '../pages/wizard.ts';
import { words } from '../pages/words.ts';

const test = base.extend<{ firefox: (certificates: Pkcs12[]) => Promise<FirefoxPerson> }>({
  firefox: async ({}, use, info) => {
    const persons: FirefoxPerson[] = [];
    await use(async (certificates) => {
      const person = await FirefoxPerson.sitDown(certificates);
      persons.push(person);
      return person;
    });
    for (const person of persons) {
      if (info.status !== info.expectedStatus) {
        const picture = await person.page.screenshot().catch(() => undefined);
        if (picture) await info.attach('firefox.png', { body: Buffer.from(picture), contentType: 'image/png' });
      }
      await person.leave();
    }
    expect(persons.flatMap(({ complaints }) => complaints), 'Firefox had nothing to complain about').toEqual([]);
  },
});

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

const ja = words.ja;

test('Firefox: from arrival to the first statement', async ({ bank, firefox }) => {
  test.setTimeout(180_000);
  const partner = bank.partner();
  const visit = await partner.begin();
  const person = await firefox([TARO]);
  const [account] = TARO.accounts;
  const name = accountEnding(account!);

  await person.page.goto(visit.url);
  await person.at(`${ja.titles.login}（1/6）`);
  await person.press('button', ja.certificateLogin);
  await person.at(`${ja.titles.login}（2/6）`);
  await person.type(ja.password, TARO.login_password);
  await person.press('button', ja.link);
  await person.at(`${ja.titles.businesses}（3/6）`);
  for (const business of ['balance', 'statement'] as const) await person.press('checkbox', ja.businesses[business]);
  await person.press('button', ja.next);
  await person.at(`${ja.titles.pins}（4/6）`);
  const row = await person.page.waitForSelector(`::-p-xpath(//tr[contains(., "${name}")])`);
  await (await row!.$('input:not([type=checkbox])'))!.type(account!.pin);
  await person.press('button', ja.register);
  await person.at(`${ja.titles.result}（5/6）`);
  await person.press('button', ja.confirm);
  await person.at(`${ja.titles.permission}（6/6）`);
  await person.press('checkbox', ja.intent);
  await person.press('button', ja.permit);
  const back = await person.backAt(visit.redirectUri);
  expect(Object.fromEntries(back)).toMatchObject({ state: visit.state, iss: bank.issuer });

  const tokens = await partner.tokens(visit, back.get('code')!);
  const { accounts } = (await partner.get('/v1/accounts', tokens)).json<{ accounts: { account_id: string; account_number: string }[] }>();
  const linked = accounts.find(({ account_number }) => account_number === account!.number)!;
  const statement = await partner.get(`/v1/accounts/${linked.account_id}/statement`, tokens);
  expect(statement.status).toBe(200);
  expect(statement.json().entries.length).toBeGreaterThan(0);
});

test('Firefox: no certificate is explained, and the next try asks under another host name', async ({ bank, firefox }) => {
  const person = await firefox([]);
  await person.page.goto((await bank.partner().begin()).url);
  await person.at(ja.titles.login);
  const tries = () => new Set(person.addresses.map((address) => new URL(address)).filter(({ hostname }) => hostname.endsWith('.cert.localhost')).map(({ host }) => host)).size;
  for (const number of [1, 2]) {
    await person.press('button', ja.certificateLogin);
    await person.page.waitForSelector('[role=alert]', { visible: true });
    await expect.poll(tries).toBe(number);
  }
});
