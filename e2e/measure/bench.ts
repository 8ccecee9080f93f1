// The pages beside pages of the same content written by hand (plain/), served by the same server in the same run: what a
// load weighs, when it is painted and can be used, how quickly 1,000 rows stand and answer. Printed, never asserted:
// `cargo xtask bench-ui`.

import type { CDPSession, Page } from '@playwright/test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { demoFile } from '../demo/renkei.ts';
import { Stand } from '../demo/stand.ts';
import { call } from '../partner/loopback.ts';
import { expect, test } from '../fixtures.ts';
import { ROOT } from '../demo/description.ts';
import { ManyAccountsGateway } from './gateway.ts';
import { p95, median, Table } from './table.ts';

const ROWS = 1000;
const LOADS = 15;
const SAMPLES = 200;

/** The demo's user whose core has many accounts. */
const WHO = 'hokkai-hanako';

const FIRST = '電子証明書ログイン';

interface Marks {
  paint: number;
  first: number;
  rows: number;
  table: number;
}

test('the pages beside plain ones', async ({ customer }, info) => {
  test.setTimeout(1_200_000);
  const gateway = await ManyAccountsGateway.start(ROWS);
  const bank = await Stand.start({ RENKEI_CORE__STATE: undefined, RENKEI_CONFIG: configured(info.outputPath('core'), gateway.url) });
  try {
    const wizard = await customer(WHO, { partnerStub: false });
    const { page } = wizard;
    await page.addInitScript(watchFor, { text: FIRST, rows: ROWS });
    const session = await page.context().newCDPSession(page);
    const figures = new Table(['', 'ours', 'plain', 'ratio']);

    await page.goto((await bank.partner().begin()).url);
    await expect(wizard.button(FIRST)).toBeVisible();
    const atFirst = new URL(page.url());
    const plainFirst = `${bank.issuer}/testing/plain/first.html#${atFirst.pathname.split('/').pop()}`;
    await weights(page, session, atFirst.href, figures, bank);
    const first = { ours: await loads(page, session, atFirst.href, 'first'), plain: await loads(page, session, plainFirst, 'first') };
    figures.time('first contentful paint, median', first, (marks) => median(marks.map(({ paint }) => paint)));
    figures.time('first step can be used, median', first, (marks) => median(marks.map(({ first }) => first)));

    await page.goto(atFirst.href);
    await wizard.logIn(WHO);
    await wizard.choose('statement');
    await expect(wizard.rows).toHaveCount(ROWS);
    const atTable = new URL(page.url());
    const plainTable = `${bank.issuer}/testing/plain/table.html#${atTable.pathname.split('/').pop()}`;
    const table = { ours: await loads(page, session, atTable.href, 'table'), plain: await loads(page, session, plainTable, 'table') };
    figures.time(`${ROWS} rows painted, median, since the navigation began`, table, (marks) => median(marks.map(({ table }) => table)));
    figures.time(`${ROWS} rows painted, median, since their data came`, table, (marks) => median(marks.map(({ table, rows }) => table - rows)));

    const spent = { ours: await durations(page, session, atTable.href), plain: await durations(page, session, plainTable) };
    for (const part of ['Script', 'RecalcStyle', 'Layout'] as const) figures.time(`… of one load, ${part}`, spent, (side) => side[part]);

    const answers = { ours: await answering(page, atTable.href), plain: await answering(page, plainTable) };
    figures.time(`a tick, p95 of ${SAMPLES}: script`, answers, ({ tickScript }) => p95(tickScript));
    figures.time(`a tick, p95 of ${SAMPLES}: until painted`, answers, ({ tick }) => p95(tick));
    figures.time(`a key in the search, p95 of ${SAMPLES}: until painted`, answers, ({ key }) => p95(key));
    figures.time(`a key in the search, p95 of ${SAMPLES}: until the rows have followed`, answers, ({ followed }) => p95(followed));

    const built = process.env.RENKEI_BENCH_PROFILE ?? 'dev';
    const text = `${figures}\n\nThe server is a ${built} build; the browser's cache was emptied before each of ${LOADS} loads. A frame is 16.7 ms;\nthe search waits 120 ms for the next key on either page.\n`;
    console.log(`\n${text}`);
    writeFileSync(join(ROOT, 'target/bench-ui.txt'), text);
  } finally {
    await bank.remove();
    await gateway.stop();
  }
});

/** The demo's configuration with this core; answers its path. */
function configured(folder: string, gateway: string): string {
  mkdirSync(folder, { recursive: true });
  const token = join(folder, 'token');
  writeFileSync(token, 'a-token-of-the-benchmark-that-nobody-checks', { mode: 0o600 });
  const core = `[core]\nadapter = "gateway"\nurl = ${JSON.stringify(gateway)}\ntoken_file = ${JSON.stringify(token)}\n`;
  const path = join(folder, 'renkei.toml');
  writeFileSync(path, readFileSync(demoFile('renkei.toml'), 'utf8').replace(/\[core\][^[]*/, `${core}\n`));
  return path;
}

/** Notes in the page itself when the first step's button and the last row are there, and when the rows are painted. */
function watchFor({ text, rows }: { text: string; rows: number }): void {
  const marks: Record<string, number> = {};
  Object.assign(window, { marks });
  const afterPaint = (then: () => void) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = then;
      channel.port2.postMessage(null);
    });
  const look = () => {
    if (marks.first === undefined && [...document.querySelectorAll('#app button')].some((button) => button.textContent?.trim() === text && button.checkVisibility())) {
      marks.first = performance.now();
    }
    if (marks.last === undefined && document.querySelectorAll('#app tbody tr').length >= rows) {
      marks.last = performance.now();
      afterPaint(() => (marks.table = performance.now()));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['hidden'] });
}

/** Loads the page with an empty cache, again and again. */
async function loads(page: Page, session: CDPSession, address: string, until: 'first' | 'table'): Promise<Marks[]> {
  const marks: Marks[] = [];
  for (let load = 0; load < LOADS; load++) {
    await page.goto('about:blank');
    await session.send('Network.clearBrowserCache');
    await page.goto(address);
    await page.waitForFunction(
      (until) => (window as unknown as { marks: Record<string, number> }).marks[until] !== undefined && performance.getEntriesByName('first-contentful-paint').length > 0,
      until,
    );
    marks.push(
      await page.evaluate(() => {
        const marks = (window as unknown as { marks: Record<string, number> }).marks;
        const view = performance.getEntriesByType('resource').find(({ name }) => /\/api\/linkages\/[^/]+$/.test(name)) as PerformanceResourceTiming;
        const paint = performance.getEntriesByName('first-contentful-paint')[0]!.startTime;
        return { paint, first: marks.first ?? 0, rows: view.responseEnd, table: marks.table ?? 0 };
      }),
    );
  }
  return marks;
}

/** What the browser spends one load of the table on, in milliseconds. */
async function durations(page: Page, session: CDPSession, address: string) {
  await page.goto('about:blank');
  await session.send('Performance.enable');
  await page.goto(address);
  await page.waitForFunction(() => (window as unknown as { marks: Record<string, number> }).marks.table !== undefined);
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => (metrics.find((metric) => metric.name === `${name}Duration`)?.value ?? 0) * 1000;
  return { Script: of('Script'), RecalcStyle: of('RecalcStyle'), Layout: of('Layout') };
}

/** How the table of the page at this address answers ticks and keys. */
async function answering(page: Page, address: string) {
  await page.goto('about:blank');
  await page.goto(address);
  await page.waitForFunction(() => (window as unknown as { marks: Record<string, number> }).marks.table !== undefined);
  return page.evaluate(async (samples) => {
    const painted = () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve();
          channel.port2.postMessage(null);
        }),
      );
    const boxes = [...document.querySelectorAll<HTMLInputElement>('#app tbody input[type=checkbox]')];
    const tick: number[] = [];
    const tickScript: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      await painted();
      const start = performance.now();
      boxes[(sample * 7) % boxes.length]!.click();
      tickScript.push(performance.now() - start);
      await painted();
      tick.push(performance.now() - start);
    }
    const search = document.querySelector<HTMLInputElement>('#app input[type=search]')!;
    const table = document.querySelector('#app table')!;
    const key: number[] = [];
    const followed: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      await painted();
      const changed = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve();
        });
        observer.observe(table, { subtree: true, childList: true, attributes: true });
      });
      const start = performance.now();
      // Digits of numbers, typed and taken back: many rows go, many come.
      search.value = ['3', '30', '300', '30'][sample % 4]! + (sample % 2 ? String(sample % 10) : '');
      search.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await painted();
      key.push(performance.now() - start);
      await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 2000))]);
      await painted();
      followed.push(performance.now() - start);
    }
    return { tick, tickScript, key, followed };
  }, SAMPLES);
}

/** What one load of either page is made of, over the wire. */
async function weights(page: Page, session: CDPSession, address: string, figures: Table, bank: Stand): Promise<void> {
  await page.goto('about:blank');
  await session.send('Network.clearBrowserCache');
  await page.goto(address);
  await page.waitForFunction(() => (window as unknown as { marks: Record<string, number> }).marks.first !== undefined);
  const parts = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, encodedBodySize, transferSize } = entry as PerformanceResourceTiming;
      return { name: new URL(name).pathname, encodedBodySize, transferSize };
    }),
  );
  const plain = await Promise.all(
    ['first.html', 'plain.js'].map(async (name) => {
      const { text } = await call(`${bank.issuer}/testing/plain/${name}`, { ca: bank.ca });
      return { name, bytes: brotliCompressSync(text).length };
    }),
  );
  const style = parts.find(({ name }) => name.endsWith('.css'))?.encodedBodySize ?? 0;
  const kind = (name: string) => (name.endsWith('.wasm') ? 'application (wasm)' : name.endsWith('.css') ? 'style' : /boot/.test(name) ? 'boot.js' : name.endsWith('.js') ? 'glue' : name.startsWith('/api/') ? 'the view (JSON)' : 'shell (HTML)');
  for (const { name, encodedBodySize } of parts.filter(({ encodedBodySize }) => encodedBodySize > 0)) {
    const alike: Record<string, number> = { style, glue: plain[1]!.bytes, 'shell (HTML)': plain[0]!.bytes };
    figures.bytes(`${kind(name)}, brotli`, encodedBodySize, alike[kind(name)]);
  }
  figures.bytes('all bodies', parts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0), style + plain.reduce((sum, { bytes }) => sum + bytes, 0));
  figures.bytes('all, with headers', parts.reduce((sum, { transferSize }) => sum + transferSize, 0));
}
