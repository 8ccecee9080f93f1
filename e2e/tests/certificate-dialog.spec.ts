// The browser's own certificate dialog, answered by keyboard as a person does: cancelled, answered wrongly, answered
// rightly, all in one browser that is never restarted. Names below `pick.localhost` are outside the policy.

import { ASKED_DOMAIN, TEST_SERVER } from '../browser/authority.ts';
import { badCertificate, user } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { Wizard } from '../pages/wizard.ts';

test.use({
  settings: async ({}, use) =>
    use({
      RENKEI_CLIENT_CERTIFICATES__BASE_DOMAIN: ASKED_DOMAIN,
      RENKEI_TLS__CERTIFICATE_CERTIFICATE: TEST_SERVER.certificate,
      RENKEI_TLS__CERTIFICATE_KEY: TEST_SERVER.key,
    }),
});

test('cancelled, then the wrong certificate, then the right one', async ({ bank, seat, display }) => {
  const certificates = [user('sorachi-taro'), badCertificate('revoked'), badCertificate('expired'), badCertificate('unknown_issuer')];
  const wizard = new Wizard(await seat({ certificates, display }));
  await wizard.arrive((await bank.partner().begin()).url);
  const press = () => wizard.pressCertificateLogin();

  // A person reads before closing a dialog; a browser that has nothing to offer comes at once.
  const pressAndRead = async () => {
    await press();
    await wizard.page.waitForTimeout(1500);
  };
  await display.answer(pressAndRead, 'Escape');
  await expect(wizard.alert).toContainText('電子証明書が選択されませんでした。');
  await expect(wizard.alert).toContainText('certificate_not_chosen');

  // Only two of the four are offered: the browser leaves out what the server would not accept by issuer and date.
  let wrongCame = false;
  for (const keys of [['Return'], ['Down', 'Return']]) {
    await display.answer(press, ...keys);
    await expect(wizard.alert.or(wizard.password)).toBeVisible();
    if (await wizard.password.isVisible()) break;
    await expect(wizard.alert).toContainText('電子証明書が失効しています。');
    wrongCame = true;
  }
  if (!wrongCame) {
    // The right one was on top: start again and take the other one first.
    await wizard.arrive((await bank.partner().begin()).url);
    await display.answer(press, 'Down', 'Return');
    await expect(wizard.alert).toContainText('電子証明書が失効しています。');
    await display.answer(press, 'Return');
  }
  await wizard.enterPassword(user('sorachi-taro').login_password);
  await wizard.at('businesses', 3, 6);
});
