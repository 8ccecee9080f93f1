// Another cooperative's pages, by configuration alone: its name, whom to ask, its colours, on every kind of page.

import { expectAccessible } from '../browser/accessibility.ts';
import { PHONE } from '../browser/person.ts';
import { expect, picture, test } from '../fixtures.ts';

const JA = '石狩しんくみビジネスバンキング';
const EN = 'Ishikari Shinkumi Business Banking';
const CONTACT_JA = 'お問い合わせ：ヘルプデスク　電話 0133-00-0000（平日9時〜17時）';
const CONTACT_EN = 'Contact: Help desk, telephone 0133-00-0000 (weekdays 9:00 to 17:00)';
const GREEN = 'rgb(11, 93, 42)';
const LIGHT_GREEN = 'rgb(143, 215, 168)';

test.use({
  settings: {
    RENKEI_INSTITUTION__NAME__JA: JA,
    RENKEI_INSTITUTION__NAME__EN: EN,
    RENKEI_INSTITUTION__CONTACT__NAME__JA: 'ヘルプデスク',
    RENKEI_INSTITUTION__CONTACT__NAME__EN: 'Help desk',
    RENKEI_INSTITUTION__CONTACT__TELEPHONE: '0133-00-0000',
    RENKEI_INSTITUTION__CONTACT__HOURS__JA: '平日9時〜17時',
    RENKEI_INSTITUTION__CONTACT__HOURS__EN: 'weekdays 9:00 to 17:00',
    RENKEI_INSTITUTION__HELP__JA: '電子証明書の更新は窓口で承ります。',
    RENKEI_INSTITUTION__HELP__EN: 'Certificates are renewed at the counter.',
    RENKEI_INSTITUTION__COLOURS__LIGHT__PRIMARY: '#0b5d2a',
    RENKEI_INSTITUTION__COLOURS__DARK__PRIMARY: '#8fd7a8',
  },
});

test('the shell is the institution’s before any WebAssembly has come', async ({ bank, seat }) => {
  const { page } = await seat();
  await page.route('**/*.wasm', () => undefined);
  await page.goto((await bank.partner().begin()).url, { waitUntil: 'commit' });
  await expect(page.getByText(CONTACT_JA)).toBeVisible();
  await expect(page.locator('.site-header__name:visible')).toHaveText(JA);
  await expect(page).toHaveTitle(`API連携認証（利用登録）｜${JA}`);
  await expect(page.locator('.site-header')).toHaveCSS('border-top-color', GREEN);
  expect(await page.content()).not.toMatch(/空知しんくみ|Sorachi Shinkumi/);
});

test('the application says so, too, in both languages, without a further request', async ({ bank, seat }, info) => {
  const { page } = await seat();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto((await bank.partner().begin()).url);
  const login = page.getByRole('button', { name: '電子証明書ログイン', exact: true });
  await expect(login).toHaveCSS('background-color', GREEN);
  await expect(page).toHaveTitle(new RegExp(`｜${JA}$`));
  for (const text of [JA, `${JA}　API連携認証`, CONTACT_JA, '電子証明書の更新は窓口で承ります。']) {
    await expect(page.getByText(text, { exact: true })).toBeVisible();
  }
  await expectAccessible(page, 'another institution, light');
  await picture(page, info, 'ja-desktop', '97-institution');
  await page.getByRole('button', { name: 'English', exact: true }).click();
  await expect(page).toHaveTitle(new RegExp(`｜${EN}$`));
  for (const text of [EN, `${EN} · API linkage`, CONTACT_EN, 'Certificates are renewed at the counter.']) {
    await expect(page.getByText(text, { exact: true })).toBeVisible();
  }
  const files = asked.filter((path) => path.startsWith('/assets/'));
  expect(files.filter((path) => path.startsWith('/assets/institution-')), 'its colours').toHaveLength(1);
  expect(asked.filter((path) => path.startsWith('/api/')), 'the procedure’s own state').toHaveLength(1);
});

test('in the dark and on a telephone it can be read, too', async ({ bank, seat }, info) => {
  const { page } = await seat({ colorScheme: 'dark', size: PHONE });
  await page.goto((await bank.partner().begin()).url);
  await expect(page.getByRole('button', { name: '電子証明書ログイン', exact: true })).toHaveCSS('background-color', LIGHT_GREEN);
  await expectAccessible(page, 'another institution, dark');
  await picture(page, info, 'ja-phone', '97-institution-dark');
});

test('a page of errors says whom to ask', async ({ bank, seat }, info) => {
  const person = await seat();
  const { page } = person;
  await page.goto(`${bank.issuer}/authorize?client_id=nobody`);
  await expect(page).toHaveTitle(new RegExp(`｜${JA}$`));
  await expect(page.getByText(CONTACT_JA)).toBeVisible();
  await expect(page.getByText(CONTACT_EN)).toBeVisible();
  await expect(page.locator('.site-header')).toHaveCSS('border-top-color', GREEN);
  await expectAccessible(page, 'a page of errors of another institution');
  await picture(page, info, 'ja-desktop', '98-institution-error');
  // The browser remarks on the answer's status.
  person.watch.complaints.length = 0;
});
