// 「連携中のサービス」: the customer's page of what they permitted.

import { expect, type Locator } from '@playwright/test';
import type { Person } from '../browser/person.ts';
import { user } from '../demo/description.ts';
import { words, type Words } from './words.ts';

export class LinkagesPage {
  readonly words: Words;

  constructor(
    readonly person: Person,
    private readonly issuer: string,
  ) {
    this.words = words[person.language];
  }

  async open(): Promise<void> {
    await this.person.page.goto(`${this.issuer}/linkages`);
    await expect(this.person.page.getByRole('heading', { level: 1, name: this.words.titles.linkages, exact: true })).toBeVisible();
  }

  async logIn(name: string): Promise<void> {
    const { page } = this.person;
    await page.getByRole('button', { name: this.words.certificateLogin, exact: true }).click();
    await page.getByLabel(this.words.password, { exact: true }).fill(user(name).login_password);
    await page.getByRole('button', { name: this.words.logIn, exact: true }).click();
    await expect(page.getByRole('button', { name: this.words.logOut, exact: true })).toBeVisible();
  }

  /** One entry an active permission. */
  get entries(): Locator {
    return this.person.page.getByRole('main').getByRole('listitem').filter({ has: this.person.page.getByRole('heading', { level: 2 }) });
  }

  entry(partner: string): Locator {
    return this.entries.filter({ has: this.person.page.getByRole('heading', { level: 2, name: partner, exact: true }) });
  }

  async withdraw(partner: string): Promise<void> {
    const { page } = this.person;
    await page.getByRole('button', { name: this.words.withdraw(partner), exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: this.words.withdrawSure, exact: true }).click();
    await expect(this.entry(partner)).toHaveCount(0);
  }
}
