// Before and after the browser's dialog: which certificate is needed, what the browser will show, what to do where it shows
// nothing, and the guide to the import.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expectAccessible } from '../browser/accessibility.ts';
import { DESKTOP, PHONE } from '../browser/person.ts';
import { user } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { Wizard } from '../pages/wizard.ts';

const GUIDE = { ja: '電子証明書の取り込み方法', en: 'How to import your certificate' };
const CAPTION = {
  ja: (issuer: string) => `発行者が「${issuer}」の証明書を選択し、「OK」を押してください。`,
  en: (issuer: string) => `Choose the certificate whose issuer is “${issuer}” and press OK.`,
};

/** The common name of who issued the customers' certificates. */
function issuer(): string {
  const { issuer } = new X509Certificate(readFileSync(user('sorachi-taro').certificate_pem));
  return /CN=(.+)/.exec(issuer)![1]!;
}

const LOOKS = [
  { name: 'ja-desktop', language: 'ja', size: DESKTOP },
  { name: 'en-phone', language: 'en', size: PHONE },
  { name: 'ja-320', language: 'ja', size: { width: 320, height: 640 } },
  { name: 'ja-dark', language: 'ja', size: DESKTOP, colorScheme: 'dark' },
] as const;

for (const { name, ...person } of LOOKS) {
  test(`the page tells in advance what the browser will ask for, ${name}`, async ({ bank, customer }, info) => {
    const wizard = await customer('sorachi-taro', person);
    await wizard.arrive((await bank.partner().begin()).url);
    const { page } = wizard;
    await expect(page.getByRole('figure')).toContainText(CAPTION[person.language](issuer()));
    // The drawing is for the eye: what it shows is said in words beside it.
    const drawing = page.locator('.dialog-drawing');
    await expect(drawing).toBeVisible();
    await expect(drawing).toHaveAttribute('aria-hidden', 'true');
    await expect(drawing).toContainText(issuer());
    await expect(page.getByText('Firefox')).toBeVisible();
    await picture(page, info, name, '01a-certificate-ahead');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, 'nothing to scroll sideways').toBeLessThanOrEqual(0);
    await expectAccessible(page, `${name}/certificate-ahead`);
    await page.emulateMedia({ forcedColors: 'active' });
    await expect(drawing).toBeVisible();
    await picture(page, info, name, '01b-certificate-ahead-forced-colours');
  });
}

test('on an office screen the button is in sight without scrolling', async ({ bank, customer }) => {
  const wizard = await customer('sorachi-taro');
  await wizard.arrive((await bank.partner().begin()).url);
  await expect(wizard.button('電子証明書ログイン')).toBeInViewport({ ratio: 1 });
});

for (const language of ['ja', 'en'] as const) {
  test(`no dialog: the likely cause, and the guide one click away, ${language}`, async ({ bank, seat }, info) => {
    const wizard = new Wizard(await seat({ language }));
    const { page } = wizard;
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    await expect(wizard.alert).toContainText('certificate_missing');
    await expect(wizard.alert).toContainText(language === 'ja' ? '別の証明書を選ぶには' : 'To choose another certificate');
    await expectAccessible(page, `${language}/certificate-missing`);

    const link = wizard.alert.getByRole('link', { name: GUIDE[language] });
    await expect(link).toHaveAccessibleName(language === 'ja' ? /新しいタブで開きます/ : /opens in a new tab/);
    const [guide] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await expect(guide.getByRole('heading', { level: 1 })).toHaveText(GUIDE[language]);
    await expect(guide.locator('html')).toHaveAttribute('lang', language);
    await expectAccessible(guide, `${language}/guide`);
    await picture(guide, info, `${language}-desktop`, '60-certificate-guide');
    await guide.emulateMedia({ media: 'print' });
    await expect(guide.getByRole('navigation')).toBeHidden();
    await picture(guide, info, `${language}-desktop`, '61-certificate-guide-print');
    await guide.emulateMedia({ media: 'screen' });
    await guide.setViewportSize({ width: 320, height: 640 });
    const overflow = await guide.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, 'nothing to scroll sideways').toBeLessThanOrEqual(0);

    const contents = guide.getByRole('navigation');
    await contents.getByRole('link', { name: 'Firefox' }).first().click();
    await expect(guide).toHaveURL(/#firefox-windows$/);
    await guide.getByRole('link', { name: language === 'ja' ? 'English' : '日本語' }).click();
    const other = language === 'ja' ? 'en' : 'ja';
    await expect(guide.getByRole('heading', { level: 1 })).toHaveText(GUIDE[other]);
    // The procedure stands where it stood.
    await expect(wizard.button(wizard.words.certificateLogin)).toBeVisible();
  });
}
