// Before everything: the demo runs, the machine's Chromium presents certificates without asking, fresh data is at hand.

import { expect, test } from '@playwright/test';
import { makeTestAuthority } from '../browser/authority.ts';
import * as policy from '../browser/policy.ts';
import { DEMO_JSON, demo } from '../demo/description.ts';
import { isListening } from '../demo/ports.ts';
import * as run from '../demo/run.ts';
import { makeTemplate } from '../demo/stand.ts';

test.describe.configure({ mode: 'serial' });

test('cargo xtask demo gets ready and describes itself', async () => {
  test.setTimeout(3_600_000);
  const running = run.foreign ? demo() : await run.start();
  expect(running.issuer, DEMO_JSON).toMatch(/^https:\/\/localhost:\d+$/);
  const methods = running.partners.map((partner) => partner.auth_method);
  expect(methods).toEqual(expect.arrayContaining(['private_key_jwt', 'tls_client_auth', 'client_secret_basic']));
  expect(running.partners.some((partner) => partner.businesses === 'fixed')).toBe(true);
  for (const url of [running.browser_url, running.certificate_url, running.partner_mtls_url, running.partner_app_url]) {
    expect(await isListening(Number(new URL(url).port)), `${url} answers`).toBe(true);
  }
});

test('the browser and the data are prepared', async () => {
  policy.install();
  makeTestAuthority();
  await makeTemplate();
});
