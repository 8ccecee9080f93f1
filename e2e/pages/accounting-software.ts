// 会計ソフト, the demo's partner, as its user sees it.

import { expect, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { demo } from '../demo/description.ts';

/** A row of the statement, as the CSV file has it. */
export interface StatementRow {
  day: string;
  deposit: number;
  withdrawal: number;
  balance: number;
}

export class AccountingSoftware {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto(demo().partner_app_url);
  }

  /** Leads to the bank. */
  async link(): Promise<void> {
    await this.page.getByRole('button', { name: '銀行口座を連携する', exact: true }).click();
  }

  /** What the page announces after a return. */
  get notice(): Locator {
    return this.page.getByRole('main');
  }

  async openAccounts(): Promise<void> {
    await this.page.getByRole('link', { name: '口座一覧を見る' }).click();
    await expect(this.page.getByRole('table')).toBeVisible();
  }

  account(ending: string): Locator {
    return this.page.getByRole('row').filter({ hasText: ending });
  }

  async openStatement(ending: string, from: string, to: string): Promise<void> {
    await this.account(ending).getByRole('link', { name: /入出金明細/ }).click();
    await this.page.getByLabel('開始日').fill(from);
    await this.page.getByLabel('終了日').fill(to);
    await this.page.getByRole('button', { name: '表示', exact: true }).click();
    await expect(this.page).toHaveURL(new RegExp(`from=${from}`));
  }

  get statementRows(): Locator {
    return this.page.locator('tbody tr');
  }

  /** The statement as the CSV file that the page offers. */
  async download(): Promise<StatementRow[]> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.getByRole('link', { name: 'CSVをダウンロード' }).click()]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.codePointAt(0), 'spreadsheets need the byte-order mark').toBe(0xfeff);
    const [heading, ...lines] = text.slice(1).trimEnd().split('\r\n').map(cells);
    expect(heading).toEqual(['日付', '摘要', '相手先', 'メモ', '入金', '出金', '残高']);
    return lines.map((line) => ({
      day: line[0]!,
      deposit: Number(line[4] || 0),
      withdrawal: Number(line[5] || 0),
      balance: Number(line[6]),
    }));
  }

  async unlink(): Promise<void> {
    await this.page.getByRole('button', { name: '連携を解除', exact: true }).click();
  }
}

/** The cells of one CSV line (RFC 4180), whose texts hold no line breaks. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
