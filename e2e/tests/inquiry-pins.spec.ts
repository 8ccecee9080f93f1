// 手順3 and 手順4: each account's PIN is checked on its own; what fails is explained in its row; nothing is a dead end.

import { user, type DemoAccount, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { accountEnding, type Wizard } from '../pages/wizard.ts';

let TARO: DemoUser;
let FIRST: string, SECOND: string, REGISTERED: string, LAST: string;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
  [FIRST, SECOND, REGISTERED, LAST] = TARO.accounts.map(accountEnding) as [string, string, string, string];
});

const pinOf = (number: number) => TARO.accounts[number]!.pin;

/** Four digits that are not this account's. */
const wrongFor = (number: number) => String((Number(pinOf(number)) + 1) % 10_000).padStart(4, '0');

async function status(wizard: Wizard, account: string): Promise<string> {
  return (await wizard.table()).find((row) => row.account.includes(account))!.status;
}

test('one wrong PIN never undoes the others; the row says why and how many tries are left', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.register([
    [FIRST, pinOf(0)],
    [SECOND, wrongFor(1)],
    [LAST, pinOf(3)],
  ]);
  await wizard.at('result', 5, 6);
  expect((await wizard.table()).map((row) => row.status), 'what failed comes first').toEqual(['未登録', '登録済み*', '登録済み', '登録済み*']);
  await expect(wizard.row(SECOND)).toContainText('照会用暗証番号が違います。');
  await expect(wizard.row(SECOND)).toContainText('あと4回間違えると');
  await expect(wizard.page.getByText('この手続きの中で照会用暗証番号を登録した口座')).toBeVisible();

  await wizard.button('照会用暗証番号の追加登録').click();
  await wizard.at('pins', 4, 6);
  await expect(wizard.page.getByRole('checkbox')).toHaveCount(1);
  await wizard.register([[SECOND, pinOf(1)]]);
  await wizard.at('result', 5, 6);
  expect((await wizard.table()).map((row) => row.status)).toEqual(['登録済み*', '登録済み*', '登録済み', '登録済み*']);
  await expect(wizard.button('照会用暗証番号の追加登録')).toHaveCount(0);
  await wizard.button('確定').click();
  await wizard.at('permission', 6, 6);
  await expect(wizard.rows).toHaveCount(4);
});

test('full-width digits count as half-width ones', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  const fullWidth = [...pinOf(0)].map((digit) => String.fromCodePoint(digit.codePointAt(0)! + 0xfee0)).join('');
  await wizard.register([[FIRST, fullWidth]]);
  await wizard.at('result', 5, 6);
  expect(await status(wizard, FIRST)).toBe('登録済み*');
});

test('what cannot be a PIN is said by the page at its field, and spends no try', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.button('登録').click();
  await expect(wizard.alert).toBeFocused();
  await expect(wizard.alert).toContainText('登録する口座を選択してください。');

  await wizard.pin(FIRST).fill('123');
  await wizard.pin(SECOND).fill('12a4');
  await wizard.tick(LAST).check();
  await wizard.button('登録').click();
  await expect(wizard.alert.getByRole('link')).toHaveCount(3);
  await expect(wizard.row(FIRST)).toContainText('照会用暗証番号は4桁で入力してください。');
  await expect(wizard.row(SECOND)).toContainText('照会用暗証番号は数字で入力してください。');
  await expect(wizard.row(LAST)).toContainText('照会用暗証番号を入力してください。');
  await wizard.alert.getByRole('link').nth(1).click();
  await expect(wizard.pin(SECOND)).toBeFocused();

  await wizard.pin(FIRST).fill(wrongFor(0));
  await wizard.pin(SECOND).fill(pinOf(1));
  await wizard.pin(LAST).fill(pinOf(3));
  await wizard.button('登録').click();
  await wizard.at('result', 5, 6);
  await expect(wizard.row(FIRST)).toContainText('あと4回間違えると');
});

test('wrong up to the core’s lock: that account is locked, the others go on, the counter unlocks it', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  for (let tries = 1; tries <= 5; tries++) {
    await wizard.register([[FIRST, wrongFor(0)]]);
    await wizard.at('result', 5, 6);
    await expect(wizard.row(FIRST)).toContainText(tries < 5 ? `あと${5 - tries}回間違えると` : 'この口座の照会用暗証番号はロックされています。');
    await wizard.button('照会用暗証番号の追加登録').click();
    await wizard.at('pins', 4, 6);
  }
  await expect(wizard.tick(FIRST)).toHaveCount(0);
  await expect(wizard.row(FIRST)).toContainText('信用組合の窓口');
  await wizard.register([[SECOND, pinOf(1)]]);
  await wizard.at('result', 5, 6);
  expect((await wizard.table()).map((row) => row.status)).toEqual(['未登録', '登録済み*', '登録済み', '未登録']);

  await wizard.cancel();
  await wizard.person.backAtPartner();
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await expect(wizard.tick(FIRST), 'the next linkage knows of the lock').toHaveCount(0);
  await expect(wizard.row(FIRST)).toContainText('信用組合の窓口');
  await wizard.cancel();
  await wizard.person.backAtPartner();

  await bank.core('unlock-pin', ...wordsOf(TARO.accounts[0]!));
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.register([[FIRST, pinOf(0)]]);
  await wizard.at('result', 5, 6);
  expect(await status(wizard, FIRST)).toBe('登録済み*');
});

test('登録せずに次へ: with one account registered nothing more is needed', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.button('登録せずに次へ').click();
  await expect(wizard.heading).toContainText('API連携認証（情報アクセス許可）（利用登録）');
  await expect(wizard.rows).toHaveCount(1);
  await expect(wizard.row(REGISTERED)).toBeVisible();
});

test('with no account registered at all, 確定 explains that one is needed', async ({ bank, customer }) => {
  const hanako = user('hokkai-hanako');
  const account = accountEnding(hanako.accounts[0]!);
  const wizard = await customer(hanako.name);
  await wizard.untilPins((await bank.partner().begin()).url, hanako.name);
  await expect(wizard.button('登録せずに次へ')).toHaveCount(0);
  await wizard.register([[account, String((Number(hanako.accounts[0]!.pin) + 1) % 10_000).padStart(4, '0')]]);
  await wizard.at('result', 5, 6);
  await wizard.button('確定').click();
  await expect(wizard.alert).toContainText('登録済みの口座がありません。');
  await expect(wizard.alert).toContainText('追加登録');
  await expect(wizard.button('API連携をキャンセル')).toBeVisible();
  await wizard.button('照会用暗証番号の追加登録').click();
  await wizard.register([[account, hanako.accounts[0]!.pin]]);
  await wizard.button('確定').click();
  await wizard.at('permission', 6, 6);
});

test('300 accounts: searched, filtered, and ticked without waiting', async ({ bank, customer }) => {
  const hanako = user('hokkai-hanako');
  expect(hanako.accounts).toHaveLength(300);
  const wizard = await customer(hanako.name);
  await wizard.untilPins((await bank.partner().begin()).url, hanako.name);
  await expect(wizard.rows).toHaveCount(300);
  const wanted = hanako.accounts[250]!;
  const search = wizard.page.getByLabel('口座を検索', { exact: true });
  const shown = async () => (await wizard.rows.evaluateAll((rows) => rows.filter((row) => (row as HTMLElement).offsetParent !== null))).length;
  await search.fill([...wanted.number].map((digit) => String.fromCodePoint(digit.codePointAt(0)! + 0xfee0)).join(''));
  await expect.poll(shown, { message: 'full-width digits find the number' }).toBeLessThan(5);
  await expect(wizard.row(accountEnding(wanted))).toBeVisible();
  await wizard.register([[accountEnding(wanted), wanted.pin]]);
  await wizard.at('result', 5, 6);
  expect(await status(wizard, accountEnding(wanted))).toBe('登録済み*');
  await wizard.button('照会用暗証番号の追加登録').click();
  // The page before has the same box.
  await wizard.at('pins', 4, 6);
  await wizard.page.getByRole('checkbox', { name: '未登録の口座のみ表示' }).check();
  await expect.poll(shown).toBe(299);
  await expect(wizard.row(accountEnding(wanted))).toBeHidden();
});

test('the core is down: nothing is registered, the page says so, and a later try works', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await bank.core('set-faults', '--down');
  await wizard.register([[FIRST, pinOf(0)]]);
  await expect(wizard.page.getByText('当組合の勘定系システムから応答が').first()).toBeVisible();
  await bank.core('set-faults');
  await laterTryWorks(wizard);
});

test('the core’s answer is lost: the row says that the outcome is unknown, and a later try works', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await bank.core('set-faults', '--lose-pin-answers');
  await wizard.register([[FIRST, pinOf(0)]]);
  await wizard.at('result', 5, 6);
  await expect(wizard.row(FIRST)).toContainText('照会用暗証番号を確認できませんでした。');
  await bank.core('set-faults');
  await laterTryWorks(wizard);
});

test('outside the hours of service the page says so', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await bank.core('set-faults', '--closed');
  await wizard.register([[FIRST, pinOf(0)]]);
  await expect(wizard.page.getByText('ただいまサービス時間外です。').first()).toBeVisible();
  await bank.core('set-faults');
  await laterTryWorks(wizard);
});

test('a PIN changed at the counter: that account alone becomes 未登録, and the partner is told why', async ({ bank, customer }) => {
  const jiro = user('yubari-jiro');
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(jiro.name);
  await wizard.arriveAndLogIn(visit.url, jiro.name);
  await wizard.choose('balance');
  await wizard.permit();
  const tokens = await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);
  const changed = jiro.accounts[0]!;
  const newPin = String((Number(changed.pin) + 1) % 10_000).padStart(4, '0');
  await bank.core('change-pin', ...wordsOf(changed), '--pin', newPin);

  const { accounts } = (await partner.get('/v1/accounts', tokens)).json();
  for (const account of accounts) {
    const answer = await partner.get(`/v1/accounts/${account.account_id}/balance`, tokens);
    if (account.account_number === changed.number) expect([answer.status, answer.json().code]).toEqual([403, 'account_registration_required']);
    else expect(answer.status).toBe(200);
  }

  await wizard.untilPins((await partner.begin()).url, jiro.name);
  const rows = await wizard.table();
  expect(rows.filter((row) => row.status === '未登録').map((row) => row.account)).toEqual([expect.stringContaining(changed.number)]);
  await expect(wizard.row(accountEnding(changed))).toContainText('登録されている照会用暗証番号は、使用できなくなりました。');
  await expect(wizard.row(accountEnding(changed))).toContainText('現在届け出ている照会用暗証番号を入力し');
  await wizard.register([[accountEnding(changed), newPin]]);
  await wizard.at('result', 5, 6);
  expect(await status(wizard, accountEnding(changed))).toBe('登録済み*');
});

/** From wherever the fault has left the person. */
async function laterTryWorks(wizard: Wizard): Promise<void> {
  await wizard.page.reload();
  const addMore = wizard.button('照会用暗証番号の追加登録');
  await expect(addMore.or(wizard.button('登録'))).toBeVisible();
  if (await addMore.isVisible()) await addMore.click();
  await wizard.register([[FIRST, pinOf(0)]]);
  await wizard.at('result', 5, 6);
  expect(await status(wizard, FIRST)).toBe('登録済み*');
}

/** An account as the simulator's commands take it. */
function wordsOf({ branch_code, type, number }: DemoAccount): string[] {
  return ['--branch', branch_code, '--type', type, '--number', number];
}
