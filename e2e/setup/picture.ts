// The picture of the permission page in the README: `npm run picture`.

import { user, ROOT } from '../demo/description.ts';
import { test } from '../fixtures.ts';

test('the permission page for the README', async ({ bank, customer }) => {
  const taro = user('sorachi-taro');
  const wizard = await customer(taro.name, { size: { width: 1100, height: 900 } });
  await wizard.untilPermission((await bank.partner({ client_id: 'kaikei-soft' }).begin()).url, taro.name, [taro.accounts[0]!, taro.accounts[3]!]);
  await wizard.page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await wizard.page.screenshot({ path: `${ROOT}docs/images/permission.png`, fullPage: true, animations: 'disabled' });
});
