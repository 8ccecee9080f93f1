// The look of デジタル庁デザインシステム (UX.md, "Visual language"): its values, and what the browser makes of them.

import type { Locator } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PHONE } from '../browser/person.ts';
import { ROOT, user, type DemoUser } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

/** Names and values of a style sheet's custom properties, written alike. */
function properties(css: string): Map<string, string> {
  return new Map([...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim().toLowerCase()]));
}

test('the primitives are those of @digital-go-jp/design-tokens', () => {
  const theirs = properties(readFileSync(createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens/dist/tokens.css'), 'utf8'));
  const [ours] = readFileSync(`${ROOT}style/tokens.css`, 'utf8').split('/* No web fonts');
  const primitives = [...properties(ours!)].filter(([name]) => /^(blue|green|yellow|red|gray)-\d+$|^(white|black)$|^font-size-\d+$|^radius-\d+$/.test(name));
  expect(primitives.length).toBeGreaterThan(35);
  for (const [name, value] of primitives) {
    const candidates = [`color-primitive-${name}`, `color-neutral-solid-${name}`, `color-neutral-${name}`, name, `border-${name}`];
    const known = candidates.map((candidate) => theirs.get(candidate)).find((found) => found !== undefined);
    expect(known, `${name} is in the package`).toBeDefined();
    expect(value, name).toBe(known);
  }
});

test('what the values mean is what UX.md says', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arrive((await bank.partner().begin()).url);
  const meant: Record<string, string> = {
    '--primary': '#0017c1',
    '--primary-hover': '#00118f',
    '--primary-active': '#000060',
    '--text': '#333333',
    '--field-line': '#666666',
    '--error': '#ec0000',
    '--error-strong': '#ce0000',
    '--success': '#197a4b',
    '--yellow-900': '#927200',
    '--selected': '#d9e6ff',
    '--focus': '#000000',
    '--focus-ring': '#ffd43d',
  };
  const found = await wizard.page.evaluate(
    (names) => Object.fromEntries(names.map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue(name).trim()])),
    Object.keys(meant),
  );
  expect(found).toEqual(meant);
});

/** What the browser computes of these properties. */
function computed(element: Locator, names: string[]): Promise<Record<string, string>> {
  return element.evaluate((element, names) => Object.fromEntries(names.map((name) => [name, getComputedStyle(element).getPropertyValue(name)])), names);
}

for (const [name, size] of [['desktop', { width: 1366, height: 768 }], ['phone', PHONE]] as const) {
  test(`type, buttons and fields have the measures of the design system, ${name}`, async ({ bank, customer }) => {
    const wizard = await customer(TARO.name, { size });
    const { page } = wizard;
    await wizard.arrive((await bank.partner().begin()).url);
    expect(await computed(page.locator('body'), ['font-size', 'line-height', 'letter-spacing'])).toEqual({
      'font-size': '16px',
      'line-height': '27.2px',
      'letter-spacing': '0.32px',
    });
    const heading = await computed(wizard.heading, ['font-size', 'line-height']);
    const points = parseFloat(heading['font-size']!);
    expect(points).toBeGreaterThanOrEqual(28);
    expect(points).toBeLessThanOrEqual(32);
    expect(parseFloat(heading['line-height']!) / points).toBeCloseTo(1.5);
    await wizard.pressCertificateLogin();
    const primary = wizard.button(wizard.words.link);
    expect([48, 56]).toContain((await primary.boundingBox())!.height);
    expect(await computed(primary, ['border-radius'])).toEqual({ 'border-radius': '8px' });
    expect([48, 56]).toContain((await wizard.password.boundingBox())!.height);
  });

  test(`buttons: cancel before the primary one, side by side or stacked, ${name}`, async ({ bank, customer }) => {
    const wizard = await customer(TARO.name, { size });
    const { words } = wizard;
    await wizard.arrive((await bank.partner().begin()).url);
    const last = async (label: string) => {
      const [cancel, primary] = [(await wizard.button(words.cancel).boundingBox())!, (await wizard.button(label).boundingBox())!];
      if (name === 'desktop') {
        expect(cancel.x + cancel.width, `${label} is at the right`).toBeLessThanOrEqual(primary.x);
      } else {
        expect(primary.y + primary.height, `${label} is above`).toBeLessThanOrEqual(cancel.y);
        expect(primary.width).toBeGreaterThan(0.85 * size.width);
      }
      const order = await wizard.button(label).evaluate((primary, cancel) => {
        const other = [...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === cancel)!;
        return Boolean(other.compareDocumentPosition(primary) & Node.DOCUMENT_POSITION_FOLLOWING);
      }, words.cancel);
      expect(order, 'in reading order cancel comes first').toBe(true);
    };
    await last(words.certificateLogin);
    await wizard.pressCertificateLogin();
    await expect(wizard.button(words.link)).toBeVisible();
    await last(words.link);
    await wizard.enterPassword(TARO.login_password);
    await wizard.at('businesses', 3, 6);
    await last(words.next);
    await wizard.choose('statement');
    await wizard.at('pins', 4, 6);
    await last(words.register);
    await wizard.button(words.skip).click();
    await wizard.at('permission', 6, 6);
    await last(words.permit);
  });
}

test('the focus is a black outline of 4 px and a yellow ring', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  const { page } = wizard;
  await wizard.arrive((await bank.partner().begin()).url);
  const button = wizard.button(wizard.words.certificateLogin);
  await page.keyboard.press('Tab');
  await button.focus();
  expect(await computed(button, ['outline-style', 'outline-width', 'outline-color', 'outline-offset', 'box-shadow'])).toEqual({
    'outline-style': 'solid',
    'outline-width': '4px',
    'outline-color': 'rgb(0, 0, 0)',
    'outline-offset': '2px',
    'box-shadow': 'rgb(255, 212, 61) 0px 0px 0px 2px',
  });
});

test('text is set in the system’s own Japanese fonts: none is fetched', async ({ bank, customer }) => {
  const wizard = await customer(TARO.name);
  await wizard.arriveAndLogIn((await bank.partner().begin()).url, TARO.name);
  await wizard.at('businesses', 3, 6);
  const { 'font-family': family } = await computed(wizard.heading, ['font-family']);
  for (const font of ['Noto Sans JP', 'Hiragino Sans', 'BIZ UDPGothic', 'Meiryo', 'sans-serif']) expect(family).toContain(font);
  expect(await wizard.page.evaluate(() => document.fonts.size)).toBe(0);
  expect(wizard.person.watch.addresses.filter((address) => /\.(woff2?|ttf|otf)(\?|$)/.test(address))).toEqual([]);
});
