// The procedure's pages as a person sees them: headings, labels, rows. Elements are found by role and accessible name
// only, so that what a test finds a screen reader finds as well.

import { expect, type Locator, type Page } from '@playwright/test';
import type { Person } from '../browser/person.ts';
import { user, type DemoAccount } from '../demo/description.ts';
import { words, type Words } from './words.ts';

export type Step = 'login' | 'businesses' | 'pins' | 'result' | 'permission';

/** What a row of the account table says. */
export interface Row {
  status: string;
  account: string;
  memo: string;
}

const TYPES: Record<string, string> = { '1': '普通', '2': '当座', '4': '貯蓄' };

/** The end of an account's text, by which its row is found whatever the branch is called. */
export function accountEnding(account: Pick<DemoAccount, 'branch_code' | 'type' | 'number'>): string {
  return `(${account.branch_code}) ${TYPES[account.type]} ${account.number}`;
}

export class Wizard {
  readonly page: Page;
  readonly words: Words;

  constructor(readonly person: Person, page: Page = person.page) {
    this.page = page;
    this.words = words[person.language];
  }

  // Places

  /** The page's heading; the first one, since the static shell holds one a page and language until its style is there. */
  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 }).first();
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get password(): Locator {
    return this.page.getByLabel(this.words.password, { exact: true });
  }

  business(name: keyof Words['businesses']): Locator {
    return this.page.getByRole('group', { name: this.words.businessGroup }).getByRole('checkbox', { name: this.words.businesses[name], exact: true });
  }

  get rows(): Locator {
    return this.page.getByRole('table').getByRole('row').filter({ has: this.page.getByRole('rowheader') });
  }

  /** The row of the account whose text contains this. */
  row(account: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('rowheader').filter({ hasText: account }) });
  }

  tick(account: string): Locator {
    return this.row(account).getByRole('checkbox');
  }

  pin(account: string): Locator {
    return this.row(account).locator('input:not([type=checkbox])');
  }

  /** 受付番号, where the page shows one. */
  get reference(): Locator {
    return this.page.getByText(/^\d{8}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  }

  get intent(): Locator {
    return this.page.getByRole('checkbox', { name: this.words.intent, exact: true });
  }

  // What the pages say

  /** The page of this step, n of m, is shown; heading and window title agree. */
  async at(step: Step, current: number, total: number): Promise<void> {
    const title = this.words.titles[step] + this.words.progress(current, total);
    await expect(this.heading).toHaveText(title);
    await expect(this.page).toHaveTitle(new RegExp(`${escaped(title)}｜${escaped(this.words.institution)}$`));
  }

  /** The account table, row by row. */
  async table(): Promise<Row[]> {
    await expect(this.rows.first()).toBeVisible();
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const text = (cell: Element | null | undefined) => (cell as HTMLElement | undefined)?.innerText.trim().split('\n')[0]!.trim() ?? '';
        const cells = row.querySelectorAll('td');
        return { status: text(cells[0]), account: text(row.querySelector('th')), memo: text(cells[1]) };
      }),
    );
  }

  // What a person does

  async arrive(url: string): Promise<void> {
    await this.page.goto(url);
    // With its progress: until then the static shell stands.
    await expect(this.heading).toHaveText(new RegExp(`^${escaped(this.words.titles.login)}.*1/\\d`));
    // The pages follow the browser's language; where they did not, the tests would look for the wrong words.
    await expect(this.page.locator('html')).toHaveAttribute('lang', this.person.language);
  }

  async pressCertificateLogin(): Promise<void> {
    await this.button(this.words.certificateLogin).click();
  }

  /** Logs in with the certificate and the password of this user. */
  async logIn(name: string): Promise<void> {
    await this.pressCertificateLogin();
    await this.enterPassword(user(name).login_password);
  }

  async enterPassword(password: string): Promise<void> {
    await this.password.fill(password);
    await this.button(this.words.link).click();
  }

  async choose(...businesses: (keyof Words['businesses'])[]): Promise<void> {
    for (const business of businesses) await this.business(business).check();
    await this.button(this.words.next).click();
  }

  /** Types these PINs, which ticks their rows, and sends them. */
  async register(pins: [account: string, pin: string][]): Promise<void> {
    for (const [account, pin] of pins) {
      await this.pin(account).fill(pin);
      await expect(this.tick(account)).toBeChecked();
    }
    await this.button(this.words.register).click();
  }

  /** Permits, and goes on to the partner without waiting for the page to do so by itself. */
  async permit(): Promise<void> {
    await this.decide();
    await this.goToPartner();
  }

  /** 「許可」 alone. */
  async decide(): Promise<void> {
    await this.intent.check();
    await this.button(this.words.permit).click();
  }

  async goToPartner(): Promise<void> {
    await expect(this.heading).toHaveText(this.words.titles.returning);
    await this.button(this.words.backToPartner).click();
  }

  async cancel(): Promise<void> {
    await this.button(this.words.cancel).click();
    await this.page.getByRole('dialog').getByRole('button', { name: this.words.cancelLeave, exact: true }).click();
  }

  // Whole ways

  /** From arrival to the page after the password. */
  async arriveAndLogIn(url: string, name: string): Promise<void> {
    await this.arrive(url);
    await this.logIn(name);
  }

  /** From arrival to the table of accounts, for a partner that lets the customer choose. */
  async untilPins(url: string, name: string): Promise<void> {
    await this.arriveAndLogIn(url, name);
    await this.choose('balance', 'statement', 'transfers');
    await this.at('pins', 4, 6);
  }

  /** From arrival to the permission page with these accounts registered now. */
  async untilPermission(url: string, name: string, accounts: DemoAccount[]): Promise<void> {
    await this.untilPins(url, name);
    await this.register(accounts.map((account) => [accountEnding(account), account.pin]));
    await this.button(this.words.confirm).click();
    await this.at('permission', 6, 6);
  }
}

/** A text as a pattern that matches it literally. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
