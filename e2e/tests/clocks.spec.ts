// The time left, on a computer that sleeps and whose clock is set: the page asks the server how much there is, and never
// says that the time is up when it is not. (What happens when it is up: deadline.spec.ts.)

import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import type { Wizard } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

const HOUR = 3_600_000;

/** Does something to the page's clocks, and waits until the page has asked the server. */
async function asked(wizard: Wizard, disturb: () => Promise<void>): Promise<void> {
  const isView = (address: string) => /\/api\/linkages\/[0-9a-f-]+$/.test(new URL(address).pathname);
  const [response] = await Promise.all([wizard.page.waitForResponse((response) => isView(response.url()) && response.request().method() === 'GET'), disturb()]);
  expect(response.status()).toBe(200);
}

async function isAsBefore(wizard: Wizard): Promise<void> {
  await expect(wizard.page.getByText('約10分')).toBeVisible();
  await wizard.at('businesses', 3, 6);
  await expect(wizard.business('statement'), 'what was chosen is still chosen').toBeChecked();
  await expect(wizard.page.getByText('残り時間が少なくなりました。', { exact: false })).toHaveCount(0);
}

test('a clock that is put forward or back, and sleep, lead to a question, not to an end', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.page.clock.install();
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  await wizard.business('statement').check();
  await isAsBefore(wizard);

  await asked(wizard, () => wizard.page.clock.setSystemTime(Date.now() + HOUR));
  await isAsBefore(wizard);
  await asked(wizard, () => wizard.page.clock.setSystemTime(Date.now() - HOUR));
  await isAsBefore(wizard);
  // Longer than the procedure may take; both clocks go on, as on computers that count the time asleep.
  await asked(wizard, () => wizard.page.clock.fastForward(2 * HOUR));
  await isAsBefore(wizard);

  await wizard.button('次へ').click();
  await wizard.at('pins', 4, 6);
});

test('nobody asks while nothing happens', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  const before = wizard.person.watch.addresses.length;
  await wizard.page.waitForTimeout(4_000);
  expect(wizard.person.watch.addresses.slice(before)).toEqual([]);
});
