// What must hold whatever a person is lured into: a procedure belongs to one browser, its secrets stay out of
// addresses, history and storage, and its pages obey a strict content security policy.

import { user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';
import { call } from '../partner/loopback.ts';
import { accountEnding, Wizard } from '../pages/wizard.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

test('a lured victim’s certificate does not log in the attacker’s procedure', async ({ bank, customer, seat }) => {
  // The attacker begins a procedure and keeps its cookie; the way to the certificate listener goes to the victim.
  const attacker = new Wizard(await seat());
  await attacker.arrive((await bank.partner().begin()).url);
  const redirect_to = await attacker.page.evaluate(async () => {
    const base = `/api${location.pathname}`;
    const { version } = await (await fetch(base)).json();
    const headers = { 'content-type': 'application/json', 'x-renkei-csrf': '1' };
    const body = JSON.stringify({ version, act_id: crypto.randomUUID() });
    return (await (await fetch(`${base}/certificate`, { method: 'POST', headers, body })).json()).redirect_to as string;
  });

  const victim = await customer(TARO.name);
  const redirected = victim.page.waitForResponse((response) => new URL(response.url()).hostname.endsWith('.cert.localhost'));
  await victim.page.goto(redirect_to);
  const code = new URL((await (await redirected).allHeaders())['location']!).searchParams.get('certificate_result');
  expect(code, 'the listener has judged the victim’s certificate').toBeTruthy();
  await expect(victim.heading).toHaveText('ページまたは手続きが見つかりません。');

  // Neither the procedure itself nor the page that waits for it has moved on.
  const linkage = new URL(attacker.page.url()).pathname;
  const view = () => attacker.page.evaluate(async (path) => (await fetch(path)).json(), `/api${linkage}`);
  expect((await view()).step).toBe('certificate_login');
  await attacker.page.reload();
  await attacker.at('login', 1, 6);
});

test('another browser that knows the address gets the answer of an unknown procedure', async ({ bank, customer, seat }) => {
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  const stranger = new Wizard(await seat({ certificates: [TARO] }));
  await stranger.page.goto(wizard.page.url());
  await expect(stranger.heading).toHaveText('ページまたは手続きが見つかりません。');
  const address = new URL(wizard.page.url());
  const options = { ca: bank.ca };
  const known = await call(`${bank.issuer}/api${address.pathname}`, options);
  const unknown = await call(`${bank.issuer}/api/linkages/00000000-0000-4000-8000-000000000000`, options);
  const shape = ({ status, text }: { status: number; text: string }) => [status, { ...JSON.parse(text), request_id: undefined }];
  expect(shape(known)).toEqual(shape(unknown));
  expect(known.status).toBe(404);
});

test('cookies are bound to the host, out of reach of scripts, and die with the procedure', async ({ bank, customer }) => {
  const wizard = await customer('yubari-jiro');
  const ours = async () => (await wizard.person.context.cookies(bank.issuer)).filter((cookie) => cookie.value !== '');
  await wizard.arrive((await bank.partner().begin()).url);
  const early = await ours();
  expect(early.length).toBeGreaterThan(0);
  for (const cookie of early) {
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', domain: 'localhost' });
    expect(cookie.name).toMatch(/^__Host-/);
  }
  expect(await wizard.page.evaluate(() => document.cookie)).toBe('');

  await wizard.logIn('yubari-jiro');
  await wizard.choose('statement');
  const later = await ours();
  expect(later.map((cookie) => cookie.value), 'a new one after login').not.toEqual(early.map((cookie) => cookie.value));

  // The old one opens nothing any more.
  const path = `/api${new URL(wizard.page.url()).pathname}`;
  const asked = async (cookies: { name: string; value: string }[]) =>
    (await call(bank.issuer + path, { ca: bank.ca, headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } })).status;
  expect(await asked(early)).toBe(404);
  expect(await asked(later)).toBe(200);
});

test('codes leave the address and the history at once; secrets are in no address and no storage', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer(TARO.name);
  await wizard.arrive(visit.url);
  expect(wizard.page.url(), 'the request_uri is gone from the address').not.toContain('request_uri');
  await wizard.pressCertificateLogin();
  await wizard.at('login', 2, 6);
  expect(new URL(wizard.page.url()).search).toBe('');
  await wizard.enterPassword(TARO.login_password);
  await wizard.choose('statement');
  await wizard.register([[accountEnding(TARO.accounts[0]!), TARO.accounts[0]!.pin]]);
  await wizard.at('result', 5, 6);

  const session = await wizard.person.context.newCDPSession(wizard.page);
  const history = async () => ((await session.send('Page.getNavigationHistory')) as { entries: { url: string }[] }).entries.map(({ url }) => url);
  expect((await history()).filter((url) => url.includes('certificate_result') || url.includes('attempt='))).toEqual([]);

  const stored = await wizard.page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys()]));
  for (const secret of [TARO.login_password, TARO.accounts[0]!.pin]) {
    expect(stored).not.toContain(secret);
    expect(await wizard.page.content()).not.toContain(`>${secret}<`);
  }
  await wizard.button('確定').click();
  await wizard.permit();
  const code = (await wizard.person.backAtPartner()).get('code')!;
  const addresses = wizard.person.watch.addresses.filter((address) => !address.startsWith(visit.redirectUri));
  expect(addresses.filter((address) => address.includes(code) || address.includes(TARO.login_password))).toEqual([]);
  expect((await history()).filter((url) => url.startsWith(bank.issuer) && url.includes('code='))).toEqual([]);
  for (const secret of [TARO.login_password, code]) expect(bank.log()).not.toContain(secret);
});

test('pages are strict: policy, frames, referrer, caching', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  const shell = wizard.page.waitForResponse((response) => /\/linkages\/[^/]+$/.test(new URL(response.url()).pathname) && response.request().isNavigationRequest());
  await wizard.arrive((await bank.partner().begin()).url);
  const headers = await (await shell).allHeaders();
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' });
  expect(headers['cache-control']).toContain('no-store');
  // On `localhost` it would reach every other server of the machine.
  expect(headers['strict-transport-security']).toBeUndefined();
});

test('a page that a browser has kept from before is not shown again', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.untilPins((await bank.partner().begin()).url, TARO.name);
  await wizard.pin(accountEnding(TARO.accounts[0]!)).fill(TARO.accounts[0]!.pin);
  const reloaded = wizard.page.waitForEvent('load');
  // What a browser says when it brings a page back from its cache (bfcache).
  await wizard.page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await reloaded;
  await wizard.at('pins', 4, 6);
  await expect(wizard.pin(accountEnding(TARO.accounts[0]!))).toHaveValue('');
});

test('the page is emptied when it is left, and says nothing of the procedure after its end', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin();
  const wizard = await customer('yubari-jiro');
  const { page } = wizard;
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.at('permission', 4, 4);
  const linkage = page.url();
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide')));
  await expect(page.locator('#app')).toBeEmpty();
  await page.reload();
  await wizard.permit();
  await partner.tokens(visit, (await wizard.person.backAtPartner()).get('code')!);

  // The cookie is still sent, and opens nothing but how it ended.
  await page.goto(linkage);
  await expect(wizard.heading).not.toHaveText(/4/);
  const view = await page.evaluate(async (path) => (await fetch(path)).json(), `/api${new URL(linkage).pathname}`);
  expect(view.step).toBe('ended');
  expect(JSON.stringify(view)).not.toContain('account_id');
});

test('text never becomes markup: the browser refuses it (Trusted Types)', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  const refused = await wizard.page.evaluate(() => {
    try {
      document.createElement('div').innerHTML = '<img src="x">';
      return false;
    } catch (error) {
      return error instanceof TypeError;
    }
  });
  expect(refused).toBe(true);
  // The browser says so on its console, and our own listener too; both a moment later.
  const { complaints } = wizard.person.watch;
  const expected = /TrustedHTML|trusted-types-sink/;
  await expect.poll(() => complaints.filter((complaint) => expected.test(complaint)).length).toBe(2);
  complaints.splice(0, Infinity, ...complaints.filter((complaint) => !expected.test(complaint)));
});

test('an act without its header is refused, so that no other site can cause one', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  const statuses = await wizard.page.evaluate(async () => {
    const base = `/api${location.pathname}`;
    const { version } = await (await fetch(base)).json();
    const acts = ['certificate', 'password', 'businesses', 'inquiry-pins', 'confirm', 'add-more', 'permission', 'return', 'cancel', 'extend'];
    const body = JSON.stringify({ version, act_id: crypto.randomUUID() });
    const sent = acts.map((act) => fetch(`${base}/${act}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
    return (await Promise.all(sent)).map(({ status }) => status);
  });
  expect(new Set(statuses)).toEqual(new Set([403]));
  await wizard.page.reload();
  await wizard.at('login', 1, 6);
});

test('what only measurements need is not in the server', async ({ bank }) => {
  for (const page of ['first.html', 'table.html', 'plain.js']) {
    expect((await call(`${bank.issuer}/testing/plain/${page}`, { ca: bank.ca })).status).toBe(404);
  }
});

test('an invalid request ends here, on a page that explains, and never in a redirect', async ({ bank, seat }) => {
  const person = await seat();
  const visit = await bank.partner().begin();
  const url = new URL(visit.url);
  url.searchParams.set('client_id', 'nobody');
  for (const address of [url.href, `${bank.issuer}/authorize`, `${bank.issuer}/authorize?client_id=kaikei-soft&redirect_uri=https://attacker.localhost:1/`]) {
    await person.page.goto(address);
    expect(new URL(person.page.url()).origin).toBe(bank.issuer);
    await expect(person.page.getByText('API連携先からの要求を受け付けられませんでした。')).toBeVisible();
    // In both languages.
    await expect(person.page.getByText('authorization_request_invalid')).toHaveCount(2);
  }
});

test('a stray visit to the certificate listener gets a page, not a procedure', async ({ bank, seat }) => {
  const person = await seat({ certificates: [TARO] });
  await person.page.goto(`https://c1.cert.localhost:${bank.ports.certificate}/certificate?attempt=made-up`);
  expect(new URL(person.page.url()).hostname).toBe('c1.cert.localhost');
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(person.page.getByText('対処').first()).toBeVisible();
});
