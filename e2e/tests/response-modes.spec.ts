// How the answer travels to the partner: by a form that a page of the bank posts, by the fragment; and the way back when
// the customer stops. In a real browser, because its content security policy has a say in each.

import type { Request } from '@playwright/test';
import { expectAccessible } from '../browser/accessibility.ts';
import type { Person } from '../browser/person.ts';
import { expect, test } from '../fixtures.ts';

/** What the browser posts to the partner, once it does. */
async function posted(person: Person, act: () => Promise<void>): Promise<[Request, URLSearchParams]> {
  const isPost = (request: Request) => request.method() === 'POST' && /\.localhost:\d+\/callback/.test(request.url());
  const [request] = await Promise.all([person.context.waitForEvent('request', isPost), act()]);
  return [request, new URLSearchParams(request.postData() ?? '')];
}

const NOT_SUBMITTED = { contentType: 'text/javascript', body: '' };

test('form_post: the page posts code, state and iss by itself, and no address bears a code', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin(undefined, { response_mode: 'form_post' });
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  const [request, fields] = await posted(wizard.person, () => wizard.permit());
  expect(request.url()).toBe(visit.redirectUri);
  expect([...fields.keys()].sort()).toEqual(['code', 'iss', 'state']);
  expect(fields.get('state')).toBe(visit.state);
  expect(fields.get('iss')).toBe(bank.issuer);
  expect(wizard.person.watch.addresses.filter((address) => address.includes(fields.get('code')!))).toEqual([]);
  await partner.tokens(visit, fields.get('code')!);
});

test('form_post: where the script does not run, a button does the same', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin(undefined, { response_mode: 'form_post' });
  const wizard = await customer('yubari-jiro');
  await wizard.person.context.route('**/assets/form-post.js', (route) => route.fulfill(NOT_SUBMITTED));
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.permit();
  await expect(wizard.page).toHaveURL(/\/linkages\/[0-9a-f-]+\/return$/);
  await expect(wizard.page.getByRole('heading', { level: 1, name: 'API連携先へ戻ります' })).toBeVisible();
  await expectAccessible(wizard.page, 'the page that posts');
  // Loaded anew, it is the same answer.
  await wizard.page.reload();
  const button = wizard.page.getByRole('button', { name: /^API連携先へ戻る/ });
  const [, fields] = await posted(wizard.person, () => button.click());
  await partner.tokens(visit, fields.get('code')!);
});

test('form_post: a customer who stops is brought back by a form, too', async ({ bank, customer }) => {
  const visit = await bank.partner().begin(undefined, { response_mode: 'form_post' });
  const wizard = await customer('yubari-jiro');
  await wizard.arrive(visit.url);
  const [, fields] = await posted(wizard.person, () => wizard.cancel());
  expect(Object.fromEntries(fields)).toMatchObject({ error: 'access_denied', state: visit.state, iss: bank.issuer });
});

test('fragment: the answer stays out of what servers see', async ({ bank, customer }) => {
  const partner = bank.partner();
  const visit = await partner.begin(undefined, { response_mode: 'fragment' });
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.permit();
  await expect(wizard.page).toHaveURL(/\/callback#/);
  const fields = new URLSearchParams(new URL(wizard.page.url()).hash.slice(1));
  expect(fields.get('state')).toBe(visit.state);
  await partner.tokens(visit, fields.get('code')!);
});

test('the partner’s link loaded anew leads back to where the procedure stands', async ({ bank, customer }) => {
  const visit = await bank.partner().begin();
  const wizard = await customer('yubari-jiro');
  await wizard.arriveAndLogIn(visit.url, 'yubari-jiro');
  await wizard.choose('statement');
  await wizard.at('permission', 4, 4);
  await wizard.page.goto(visit.url);
  await wizard.at('permission', 4, 4);
});

test('the pages begin in the language that the partner asks for, until the customer switches', async ({ bank, customer }) => {
  const partner = bank.partner();
  const wizard = await customer('yubari-jiro');
  const arrive = async () => wizard.page.goto((await partner.begin(undefined, { ui_locales: 'en' })).url);
  await arrive();
  await expect(wizard.page.locator('html')).toHaveAttribute('lang', 'en');
  await wizard.page.getByRole('button', { name: '日本語' }).click();
  await arrive();
  await expect(wizard.page.locator('html')).toHaveAttribute('lang', 'ja');
});
