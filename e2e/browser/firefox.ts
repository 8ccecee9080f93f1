// A person at Debian's Firefox, unchanged: a profile of its own with their certificates, driven by WebDriver BiDi.
// Playwright drives a Firefox of its own make only, which no customer has.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { demo } from '../demo/description.ts';
import { fillStore, type Pkcs12 } from './certificate-store.ts';
import type { Language } from './person.ts';

/** Slow machines start a browser slowly, and three of them at a time slower still. */
const PATIENCE = 30_000;

export class FirefoxPerson {
  /** What the browser complains about; a test ends with none. */
  readonly complaints: string[] = [];
  /** Every address asked for, in order. */
  readonly addresses: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly profile: string,
  ) {}

  static async sitDown(certificates: Pkcs12[], language: Language = 'ja'): Promise<FirefoxPerson> {
    const profile = mkdtempSync(join(tmpdir(), 'renkei-e2e-firefox-'));
    fillStore(profile, [demo().ca_certificate], certificates);
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.RENKEI_FIREFOX ?? '/usr/bin/firefox-esr',
      headless: process.env.RENKEI_HEADED === undefined,
      userDataDir: profile,
      // Its home too: nothing of the machine's own Firefox is read or written.
      env: { ...process.env, HOME: profile, TZ: 'Asia/Tokyo' },
      timeout: PATIENCE,
      defaultViewport: { width: 1366, height: 768 },
      extraPrefsFirefox: {
        // The first fitting certificate of the profile, without a dialog; of the machine's own store, nothing.
        'security.default_personal_cert': 'Select Automatically',
        'security.enterprise_roots.enabled': false,
        'security.osclientcerts.autoload': false,
        'intl.accept_languages': language === 'ja' ? 'ja-JP, ja' : 'en-US, en',
        'browser.region.update.enabled': false,
        'app.normandy.enabled': false,
        'datareporting.policy.dataSubmissionEnabled': false,
      },
    });
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    page.setDefaultTimeout(PATIENCE);
    const person = new FirefoxPerson(browser, page, profile);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') person.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => person.complaints.push(`exception: ${error instanceof Error ? error.message : String(error)}`));
    page.on('request', (request) => person.addresses.push(request.url()));
    await page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI}`);
      });
    });
    return person;
  }

  /** Waits for the page's heading to begin so. */
  async at(heading: string): Promise<void> {
    const shown = () => this.page.evaluate(() => [...document.querySelectorAll('h1')].find((h1) => h1.checkVisibility())?.textContent ?? '');
    const end = Date.now() + PATIENCE;
    // Between two documents there is nothing to ask.
    while (!(await shown().catch(() => '')).startsWith(heading)) {
      if (Date.now() > end) throw new Error(`not at “${heading}” but at “${await shown()}”, ${this.page.url()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Presses what has this role and accessible name. */
  async press(role: 'button' | 'checkbox' | 'link', name: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click();
  }

  /** Types into the field of this label; Firefox gives password fields no role by which they could be found. */
  async type(label: string, text: string): Promise<void> {
    const labelled = (text: string) => {
      const label = [...document.querySelectorAll('label')].find(({ textContent }) => textContent?.trim() === text);
      return label?.control as HTMLInputElement | null | undefined;
    };
    await this.page.waitForFunction(labelled, {}, label);
    const field = await this.page.evaluateHandle(labelled, label);
    await field.asElement()!.type(text);
  }

  /** The parameters of the way back, as the partner's address was asked for with them. */
  async backAt(redirectUri: string): Promise<URLSearchParams> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const address = this.addresses.find((asked) => asked.startsWith(`${redirectUri}?`));
      if (address) return new URL(address).searchParams;
      if (Date.now() > end) throw new Error(`the browser is not back at ${redirectUri} but at ${this.page.url()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async leave(): Promise<void> {
    await this.browser.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
