// A person at a browser of their own: Debian's Chromium with a fresh home, their certificates in its store, one window.

import { chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { join } from 'node:path';
import { demo } from '../demo/description.ts';
import { TEST_AUTHORITY } from './authority.ts';
import { Home, type Pkcs12 } from './certificate-store.ts';
import type { Display } from './display.ts';
import * as policy from './policy.ts';
import { Watch } from './watch.ts';

export type Language = 'ja' | 'en';

export interface Size {
  width: number;
  height: number;
}

export const DESKTOP: Size = { width: 1366, height: 768 };
export const PHONE: Size = { width: 390, height: 844 };

export interface PersonOptions {
  /** Client certificates in the store; none by default. */
  certificates?: Pkcs12[];
  language?: Language;
  size?: Size;
  colorScheme?: 'light' | 'dark';
  /** The colours of the person's system instead of ours, as in Windows' contrast themes. */
  forcedColors?: 'active';
  reducedMotion?: 'reduce';
  /** A screen; headless without. */
  display?: Display;
  /** Further parameters of Chromium. */
  arguments?: string[];
  /** Answer for the partners' site, so that the way back can be read from the address. */
  partnerStub?: boolean;
}

export class Person {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly watch: Watch,
    readonly language: Language,
    private readonly home: Home,
  ) {}

  static async sitDown(options: PersonOptions = {}): Promise<Person> {
    const language = options.language ?? 'ja';
    // Another run that ended meanwhile may have taken it away.
    policy.install();
    const home = Home.make([demo().ca_certificate, TEST_AUTHORITY], options.certificates ?? []);
    const context = await chromium.launchPersistentContext(join(home.path, 'profile'), {
      executablePath: process.env.RENKEI_CHROMIUM ?? '/usr/bin/chromium',
      headless: options.display === undefined && process.env.RENKEI_HEADED === undefined,
      env: { ...(process.env as Record<string, string>), HOME: home.path, ...(options.display ? { DISPLAY: options.display.name } : {}) },
      viewport: options.size ?? DESKTOP,
      colorScheme: options.colorScheme ?? 'light',
      forcedColors: options.forcedColors ?? 'none',
      reducedMotion: options.reducedMotion ?? 'no-preference',
      locale: language === 'ja' ? 'ja-JP' : 'en-US',
      timezoneId: 'Asia/Tokyo',
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        ...(options.arguments ?? []),
      ],
    });
    context.setDefaultTimeout(20_000);
    const watch = new Watch(context);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI}`);
      });
    });
    const person = new Person(context, context.pages()[0] ?? (await context.newPage()), watch, language, home);
    if (options.partnerStub ?? true) await person.answerForPartners();
    return person;
  }

  /** What the partner would have received: the parameters of the way back. */
  async backAtPartner(): Promise<URLSearchParams> {
    await expect(this.page).toHaveURL(/^https:\/\/[a-z]+\.localhost:\d+\/callback\?/);
    return new URL(this.page.url()).searchParams;
  }

  async leave(): Promise<void> {
    await this.context.close();
    this.home.remove();
  }

  private async answerForPartners(): Promise<void> {
    const hosts = new Set(demo().partners.flatMap((partner) => partner.redirect_uris.map((uri) => new URL(uri).host)));
    await this.context.route(
      (url) => hosts.has(url.host),
      (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>API連携先</title><h1>API連携先</h1>' }),
    );
  }
}
