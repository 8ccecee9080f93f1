// The customer's procedure guide, read for what a page must show: titles, button labels, tables, permission rows.
// Not here: what the guide leaves open (PRODUCT decisions), which the tests state themselves.

import { readFileSync } from 'node:fs';

export interface SeedRow {
  status: string;
  account: string;
  memo: string;
}

export interface SeedTable {
  headings: string[];
  rows: SeedRow[];
}

/** One 手順 of the guide. */
export interface SeedStep {
  number: number;
  /** The text between ＜ and ＞, in order of appearance, each once. */
  titles: string[];
  /** 「…」ボタン */
  buttons: string[];
  table: SeedTable | undefined;
  text: string;
}

const GUIDE = readFileSync(new URL('seed-procedure.ja.txt', import.meta.url), 'utf8');

/** The guide names one button both 確認 and 確定; its picture says 確定. */
const ONE_BUTTON_TWO_NAMES: Record<string, string> = { 確認: '確定' };

/** The certificate dialog is the browser's. */
const BUTTON_OF_THE_BROWSER = 'OK';

export const seed: { steps: SeedStep[]; permission: Record<string, string>; note: string } = {
  steps: GUIDE.split(/^手順(?=\d)/m)
    .slice(1)
    .map(readStep),
  permission: Object.fromEntries([...GUIDE.matchAll(/^(認可対象|許可期間|意思確認): (.+)$/gm)].map(([, name, value]) => [name!, value!])),
  note: GUIDE,
};

/** The step of this number, which the guide must have. */
export function seedStep(number: number): SeedStep {
  const step = seed.steps.find((candidate) => candidate.number === number);
  if (!step) throw new Error(`the guide has no 手順${number}`);
  return step;
}

function readStep(text: string): SeedStep {
  return {
    number: Number(text.slice(0, 1)),
    titles: [...new Set([...text.matchAll(/＜(.+?)＞/g)].map((match) => match[1]!))],
    buttons: [...text.matchAll(/「([^「」]+)」ボタン/g)]
      .filter((match) => match[1] !== BUTTON_OF_THE_BROWSER)
      .map((match) => ONE_BUTTON_TWO_NAMES[match[1]!] ?? match[1]!),
    table: readTable(text),
    text,
  };
}

function readTable(text: string): SeedTable | undefined {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  if (lines.length === 0) return undefined;
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.replace(/<input[^>]*>/g, '').trim());
  return {
    headings: cells(lines[0]!),
    rows: lines.slice(2).map((line) => {
      const [status, account, memo] = cells(line);
      return { status: status!, account: account!, memo: memo! };
    }),
  };
}
