// The pages under a person's own conditions: 400 % zoom, forced colours, dark scheme, reduced motion, paper. What a
// machine can judge is judged, and a picture of each state is kept for people.

import { readFileSync } from 'node:fs';
import { expectEdges, expectFocusSeen, expectNoSidewaysScroll, expectReachable, expectTargets } from '../browser/reach.ts';
import { DESKTOP, PHONE } from '../browser/person.ts';
import { user, type DemoUser } from '../demo/description.ts';
import { expect, picture, test } from '../fixtures.ts';
import { lastDayOfPermission, spoken } from '../pages/dates.ts';
import { ends, manyAccounts, procedure, troubles, type See } from '../pages/states.ts';

let TARO: DemoUser;

// The demo runs only when the tests begin.
test.beforeAll(() => {
  TARO = user('sorachi-taro');
});

/** What a window of 1280×1024 holds when its content is magnified fourfold (WCAG 1.4.10). */
const ZOOMED = { size: { width: 320, height: 256 } };

test('400 % zoom: nothing to scroll sideways, every control within reach', async ({ bank, seat, customer }, info) => {
  test.setTimeout(300_000);
  const see: See = async (state, page) => {
    await picture(page, info, 'ja-zoom-400', state);
    await expectNoSidewaysScroll(page, state);
    await expectReachable(page, state);
  };
  await procedure(bank, await customer(TARO.name, ZOOMED), see);
  await ends(bank, await customer(TARO.name, ZOOMED), see);
  // Last: the user is locked then.
  await troubles(bank, seat, ZOOMED, see);
});

test('400 % zoom: of 300 accounts, one is found and registered', async ({ bank, customer }, info) => {
  test.setTimeout(300_000);
  const wizard = await customer('hokkai-hanako', ZOOMED);
  await manyAccounts(bank, wizard, async (state, page) => {
    await expectNoSidewaysScroll(page, state);
    if (state.includes('searched')) {
      await picture(page, info, 'ja-zoom-400', state);
      await expectReachable(page, state);
    }
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`forced colours, ${colorScheme}: controls have edges, the focus is seen`, async ({ bank, customer }, info) => {
    test.setTimeout(300_000);
    const wizard = await customer(TARO.name, { forcedColors: 'active', colorScheme });
    await procedure(bank, wizard, async (state, page) => {
      await picture(page, info, `ja-forced-${colorScheme}`, state);
      await expectEdges(page, state);
      await expectFocusSeen(page, state);
    });
  });
}

for (const [name, size] of [['desktop', DESKTOP], ['phone', PHONE]] as const) {
  test(`targets of 44 px, reachable, with a visible focus, ${name}`, async ({ bank, seat, customer }) => {
    test.setTimeout(300_000);
    const see: See = async (state, page) => {
      await expectTargets(page, state, 44);
      await expectReachable(page, state);
      await expectFocusSeen(page, state);
    };
    await procedure(bank, await customer(TARO.name, { size }), see);
    await ends(bank, await customer(TARO.name, { size }), see);
    // Last: the user is locked then.
    await troubles(bank, seat, { size }, see);
  });
}

test('reduced motion: nothing goes on moving', async ({ bank, customer }) => {
  test.setTimeout(180_000);
  const wizard = await customer(TARO.name, { reducedMotion: 'reduce' });
  await procedure(bank, wizard, async (state, page) => {
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .map((animation) => animation.effect!.getComputedTiming())
        .filter(({ activeDuration }) => Number(activeDuration) > 1).length,
    );
    expect(moving, state).toBe(0);
  });
});

test('on paper the permission is black on white, whole, and without what cannot be pressed there', async ({ bank, customer }, info) => {
  const wizard = await customer(TARO.name, { colorScheme: 'dark' });
  const { page } = wizard;
  await wizard.untilPermission((await bank.partner({ client_id: 'kaikei-soft' }).begin()).url, TARO.name, [TARO.accounts[0]!]);
  await page.emulateMedia({ media: 'print' });
  await picture(page, info, 'ja-print', '12-permission');
  for (const text of ['空知会計サービス株式会社', '一定期間(90日)', `${spoken(lastDayOfPermission(), 'ja')}まで`, TARO.accounts[0]!.number]) {
    await expect(page.getByText(text).first()).toBeVisible();
  }
  for (const button of ['許可', 'API連携をキャンセル']) await expect(wizard.button(button)).toBeHidden();
  const colours = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]);
  expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
  // What is not ticked must not look ticked, and a tick must be seen where no backgrounds are printed.
  const drawn = () =>
    wizard.intent.evaluate((box) => [getComputedStyle(box, '::before').backgroundColor, getComputedStyle(box, '::after').borderBottomColor, getComputedStyle(box, '::after').content]);
  expect((await drawn()).slice(0, 1)).toEqual(['rgb(255, 255, 255)']);
  await wizard.intent.check();
  expect(await drawn()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)', '""']);
  await page.emulateMedia({ media: null });
  const path = info.outputPath('permission.pdf');
  await page.pdf({ path, format: 'A4' });
  await info.attach('permission.pdf', { path, contentType: 'application/pdf' });
  const pdf = readFileSync(path).toString('latin1');
  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(pdf.match(/\/Type \/Page\b(?!s)/g), 'two sheets, none with the footer alone').toHaveLength(2);
});
