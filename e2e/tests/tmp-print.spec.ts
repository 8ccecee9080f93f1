import { user } from '../demo/description.ts';
import { test } from '../fixtures.ts';
test('print', async ({ bank, customer }) => {
  const TARO = user('sorachi-taro');
  const wizard = await customer(TARO.name);
  await wizard.untilPermission((await bank.partner({ client_id: 'kaikei-soft' }).begin()).url, TARO.name, [TARO.accounts[0]!, TARO.accounts[3]!]);
  await wizard.page.screenshot({ path: '/tmp/c-permission.png', fullPage: true });
  await wizard.page.screenshot({ path: '/tmp/c-permission-fold.png' });
  await wizard.page.pdf({ path: '/tmp/c-permission.pdf', format: 'A4' });
  await wizard.decide();
  await wizard.page.getByText('受付番号').first().waitFor();
  await wizard.page.screenshot({ path: '/tmp/c-returning.png' });
});
