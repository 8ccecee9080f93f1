// The time for the procedure: a warning two minutes before the end, one act that gives the full time again, and an end
// that is explained. The bank's own clock cannot be hurried, so this test waits; the limit is the shortest there is.

import { user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});
const MINUTE = 60_000;

test.use({ settings: async ({}, use) => use({ RENKEI_PROCEDURE__TIME_LIMIT_MINUTES: '3' }) });

test('warned, extended, warned again, and out of time: back to the partner', async ({ bank, customer }, info) => {
  test.setTimeout(7 * MINUTE);
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  const warning = wizard.page.getByText('残り時間が少なくなりました。', { exact: false }).first();
  await wizard.arriveAndLogIn(visit.url, TARO.name);
  await wizard.at('businesses', 3, 6);
  await wizard.business('statement').check();
  await expect(warning).toBeHidden();

  await expect(warning).toBeVisible({ timeout: 1.5 * MINUTE });
  await picture(wizard.page, info, 'ja-desktop', '90-deadline-warning');
  await wizard.button('時間を延長する').click();
  await expect(warning).toBeHidden();
  await expect(wizard.business('statement'), 'extending touches nothing').toBeChecked();
  await wizard.button('次へ').click();
  await wizard.at('pins', 4, 6);

  await expect(warning).toBeVisible({ timeout: 1.5 * MINUTE });
  await expect(wizard.heading).toHaveText('手続きの制限時間を過ぎました', { timeout: 2.5 * MINUTE });
  await picture(wizard.page, info, 'ja-desktop', '91-deadline-passed');
  await wizard.page.getByRole('link', { name: 'API連携先へ戻る' }).click();
  expect(Object.fromEntries(await wizard.person.backAtPartner())).toMatchObject({ error: 'access_denied', state: visit.state, iss: bank.issuer });
});
