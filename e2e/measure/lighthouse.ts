// What Lighthouse says of the permission page, which only a customer who is logged in reaches: it drives the very
// browser in which the procedure stands there. Printed, never asserted: `cargo xtask lighthouse`.

import { writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { freePorts } from '../demo/ports.ts';
import { ROOT, user } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

interface Audit {
  title: string;
  score: number | null;
  scoreDisplayMode: string;
  displayValue?: string;
  numericValue?: number;
  details?: { items?: { description?: string; node?: { snippet: string } }[] };
}

interface Report {
  finalDisplayedUrl: string;
  audits: Record<string, Audit>;
  categories: Record<string, { title: string; score: number | null; auditRefs: { id: string; weight: number }[] }>;
}

test('Lighthouse on the permission page', async ({ bank, customer }) => {
  test.setTimeout(600_000);
  const [port] = await freePorts(1);
  const taro = user('sorachi-taro');
  const wizard = await customer(taro.name, { partnerStub: false, arguments: [`--remote-debugging-port=${port}`] });
  await wizard.untilPermission((await bank.partner().begin()).url, taro.name, [taro.accounts[0]!, taro.accounts[3]!]);
  const address = wizard.page.url();

  // By names that the type check does not follow: the package is there only where the measurement is run.
  const installed = new URL('./lighthouse/node_modules/lighthouse/core/', import.meta.url).href;
  const { default: lighthouse } = await import(`${installed}index.js`);
  const { default: desktop } = await import(`${installed}config/desktop-config.js`);
  const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${port}`, defaultViewport: null });
  const lines: string[] = [];
  try {
    for (const [device, config] of [['desktop', desktop], ['phone, slow network', undefined]] as const) {
      // A tab of Lighthouse's own, in which the customer's cookie holds too.
      const page = await browser.newPage();
      // The procedure is kept: its storage must not be cleared before.
      const flags = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error' };
      const { lhr } = (await lighthouse(address, flags, config, page)) as { lhr: Report };
      // Where the login had been lost it would have judged a page of a few words.
      expect(await page.title()).toContain(wizard.words.titles.permission);
      lines.push(...described(device, lhr));
      writeFileSync(`${ROOT}target/lighthouse-${device.split(',')[0]}.json`, JSON.stringify(lhr));
      await page.close();
    }
  } finally {
    await browser.disconnect();
  }
  const text = lines.join('\n');
  console.log(`\n${text}\n`);
  writeFileSync(`${ROOT}target/lighthouse.txt`, `${text}\n`);
});

/** The scores, and each audit that keeps one below 100. */
function described(device: string, { categories, audits, finalDisplayedUrl }: Report): string[] {
  const lines = [`Lighthouse 12.8.2, ${device}: ${new URL(finalDisplayedUrl).pathname}`];
  for (const { title, score, auditRefs } of Object.values(categories)) {
    lines.push(`  ${title.padEnd(16)} ${Math.round((score ?? 0) * 100)}`);
    for (const { id, weight } of auditRefs) {
      const audit = audits[id]!;
      if (weight > 0 && audit.score !== null && audit.score < 1) {
        const found = audit.details?.items?.map(({ description, node }) => description ?? node?.snippet).filter(Boolean) ?? [];
        lines.push(`    ${audit.title}: ${Math.round(audit.score * 100)}${audit.displayValue ? ` (${audit.displayValue})` : ''} ${found.join('; ')}`.trimEnd());
      }
    }
  }
  const timings = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];
  lines.push(`  ${timings.map((id) => `${audits[id]?.title} ${audits[id]?.displayValue}`).join(', ')}`);
  return lines;
}
