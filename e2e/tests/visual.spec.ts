// A snapshot of every state, to which the pages are held: what changes by mistake is seen here. What changes on purpose
// is taken anew with `npm run snapshots` and looked at in the commit (README.md).

import type { Page } from '@playwright/test';
import { DESKTOP, PHONE, type Language, type Size } from '../browser/person.ts';
import { snapshot } from '../browser/snapshot.ts';
import { expect, test } from '../fixtures.ts';
import { ends, manyAccounts, procedure, troubles, type See } from '../pages/states.ts';

/** Of the English pages those with the longest texts: the code is the same. */
const ENGLISH = ['01', '05', '08', '10', '12', '15', '32', '50'];

const LOOKS: { name: string; language: Language; size: Size; states?: string[] }[] = [
  { name: 'ja-desktop', language: 'ja', size: DESKTOP },
  { name: 'ja-phone', language: 'ja', size: PHONE },
  { name: 'en-desktop', language: 'en', size: DESKTOP, states: ENGLISH },
];

/** Pages of hundreds of rows are held to their first screen. */
const LONG = ['40', '43'];

/** Renders the same on every run: the time left is hidden, what changes from day to day reads the same every day. */
async function settle(page: Page, state: string): Promise<void> {
  // In a picture of the whole page what sticks to the window would lie across the middle.
  if (!LONG.some((long) => state.startsWith(long))) {
    await page.evaluate(() => {
      for (const bar of document.querySelectorAll<HTMLElement>('.submit-bar, .submit-bar *, thead th')) bar.style.position = 'static';
    });
  }
  await page.mouse.move(0, 0);
  // The warning counts the seconds down; nothing follows on that page.
  if (state.startsWith('50')) await page.evaluate(() => Array.from({ length: 10_000 }, (_, timer) => clearInterval(timer)));
  await page.evaluate(() => {
    for (const time of document.querySelectorAll<HTMLElement>('.strip__item--time')) time.style.visibility = 'hidden';
    const constant: [RegExp, string][] = [
      [/\d{4}年\d{1,2}月\d{1,2}日/g, '2027年3月1日'],
      [/\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) \d{4}/g, '1 March 2027'],
      // Times, and serial numbers of certificates.
      [/\b\d{1,2}:\d{2}\b(?!:)|\b[0-9A-F]{2}(:[0-9A-F]{2})+\b/gi, '10:00'],
      [/\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '0123456789abcdef0123456789abcdef'],
      [/localhost:\d+/g, 'localhost:8443'],
      [/\b\d{8}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, '20270301-K7QX-M2PD'],
      [/\d+秒/g, '100秒'],
      [/\d+ seconds/g, '100 seconds'],
    ];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = constant.reduce((text, [pattern, same]) => text.replace(pattern, same), node.nodeValue ?? '');
      if (text !== node.nodeValue) node.nodeValue = text;
    }
  });
}

for (const { name, states, ...person } of LOOKS) {
  const see: See = async (state, page) => {
    if (states && !states.some((wanted) => state.startsWith(wanted))) return;
    await settle(page, state);
    const picture = await snapshot(page, !LONG.some((long) => state.startsWith(long)));
    // A stroke less is forgiven, a word is not.
    expect.soft(picture, `${name}/${state}`).toMatchSnapshot([name, `${state}.png`], { maxDiffPixels: 200 });
  };

  test(`snapshots of the procedure, ${name}`, async ({ bank, customer }) => {
    test.setTimeout(240_000);
    await procedure(bank, await customer('sorachi-taro', person), see);
  });

  test(`snapshots of what goes wrong and of how it ends, ${name}`, async ({ bank, seat, customer }) => {
    test.setTimeout(240_000);
    await ends(bank, await customer('sorachi-taro', person), see);
    // Last: the user is locked then.
    await troubles(bank, seat, person, see);
  });

  if (states) continue;

  test(`snapshots of 300 accounts, ${name}`, async ({ bank, customer }) => {
    test.setTimeout(180_000);
    await manyAccounts(bank, await customer('hokkai-hanako', person), see);
  });
}
