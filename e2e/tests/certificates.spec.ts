// 手順1①: whatever certificate comes, a page explains it and lets the person choose another one in the same browser.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { staleRevocationList } from '../browser/authority.ts';
import { Relay } from '../browser/relay.ts';
import { badCertificate, user, type BadKind, type CertificateFiles } from '../demo/description.ts';
import { expect, holding, test } from '../fixtures.ts';
import { Wizard } from '../pages/wizard.ts';

const MISSING = '電子証明書を受け取れませんでした。';

const EXPLANATIONS: Record<BadKind, string> = {
  expired: '電子証明書の有効期限が切れています。',
  not_yet_valid: '電子証明書の有効期間が始まっていません。',
  revoked: '電子証明書が失効しています。',
  unknown_issuer: '当組合の電子証明書ではありません。',
  unbound: 'この電子証明書は利用者に登録されていません。',
};

/** The page says what happened, why and what to do, and the button to try again is there. */
async function explained(wizard: Wizard, what: string): Promise<void> {
  await expect(wizard.alert.getByRole('heading', { name: what, exact: true })).toBeVisible();
  await expect(wizard.alert.getByText('原因', { exact: true })).toBeVisible();
  await expect(wizard.alert.getByText('対処', { exact: true })).toBeVisible();
  await expect(wizard.alert).toBeFocused();
  await wizard.at('login', 1, 6);
  await expect(wizard.button(wizard.words.certificateLogin)).toBeVisible();
}

/** The page shows the certificate by which the person recognises what was picked. */
async function named(wizard: Wizard, files: CertificateFiles): Promise<void> {
  const certificate = new X509Certificate(readFileSync(files.certificate_pem));
  const commonName = (name: string) => /CN=(.+)/.exec(name)![1]!;
  await expect(wizard.alert).toContainText(commonName(certificate.subject));
  await expect(wizard.alert).toContainText(commonName(certificate.issuer));
  await expect(wizard.alert).toContainText(certificate.serialNumber.match(/../g)!.join(':'), { ignoreCase: true });
  await expect(wizard.alert).toContainText(japanTime(certificate.validTo));
}

function japanTime(text: string): string {
  const time = new Date(new Date(text).getTime() + 9 * 3_600_000);
  const minutes = String(time.getUTCMinutes()).padStart(2, '0');
  return `${time.getUTCFullYear()}年${time.getUTCMonth() + 1}月${time.getUTCDate()}日 ${time.getUTCHours()}:${minutes}`;
}

test('no certificate: explained, and each further try asks under a fresh host name', async ({ bank, seat }) => {
  const wizard = new Wizard(await seat());
  await wizard.arrive((await bank.partner().begin()).url);
  for (let tries = 0; tries < 3; tries++) {
    await wizard.pressCertificateLogin();
    await explained(wizard, MISSING);
  }
  const hosts = wizard.person.watch.addresses.map((address) => new URL(address).hostname).filter((host) => host.endsWith('.cert.localhost'));
  expect(hosts).toHaveLength(3);
  expect(new Set(hosts).size, 'a browser remembers its choice by host').toBe(3);
});

for (const kind of ['expired', 'not_yet_valid', 'unknown_issuer'] as const) {
  test(`${kind}: Chromium hides it, so the page says that no fitting certificate arrived`, async ({ bank, seat }) => {
    const wizard = new Wizard(await seat(holding(kind)));
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    await explained(wizard, MISSING);
    await expect(wizard.alert).toContainText('有効期限が切れた証明書は選択画面に表示されません');
  });
}

for (const kind of ['revoked', 'unbound'] as const) {
  test(`${kind}: Chromium presents it, the page names it and explains`, async ({ bank, seat }) => {
    const wizard = new Wizard(await seat(holding(kind)));
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    await explained(wizard, EXPLANATIONS[kind]);
    await named(wizard, badCertificate(kind));
  });
}

test('a user who may not link is told so before the password', async ({ bank, customer }) => {
  const wizard = await customer('bibai-saburo');
  await wizard.arrive((await bank.partner().begin()).url);
  await wizard.pressCertificateLogin();
  await explained(wizard, 'API連携を利用する権限がありません。');
  await named(wizard, user('bibai-saburo'));
  await expect(wizard.password).toHaveCount(0);
});

test('each bad certificate in turn, then the right one, without restarting the browser', async ({ bank, seat }) => {
  let presented: CertificateFiles = badCertificate('expired');
  const relay = await Relay.start(bank.ports.certificate, () => presented);
  const wizard = new Wizard(await seat({ arguments: [relay.chromiumArgument] }));
  await wizard.arrive((await bank.partner().begin()).url);
  for (const kind of Object.keys(EXPLANATIONS) as BadKind[]) {
    presented = badCertificate(kind);
    await wizard.pressCertificateLogin();
    await explained(wizard, EXPLANATIONS[kind]);
    await named(wizard, presented);
  }
  presented = user('sorachi-taro');
  await wizard.logIn('sorachi-taro');
  await wizard.at('businesses', 3, 6);
  await relay.stop();
});

test.describe('our own fault', () => {
  test.use({ settings: async ({}, use) => use({ RENKEI_CLIENT_CERTIFICATES__CRLS: `["${staleRevocationList()}"]` }) });

  test('a stale revocation list: refused, and the page says that it is on our side', async ({ bank, customer }) => {
    const wizard = await customer('sorachi-taro');
    await wizard.arrive((await bank.partner().begin()).url);
    await wizard.pressCertificateLogin();
    await explained(wizard, '現在、電子証明書の確認ができません。');
    await expect(wizard.alert).toContainText('お客様の証明書に問題はありません');
  });
});
