// docs/UX.md names what shows each of its promises: all of that exists.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../demo/description.ts';
import { expect, test } from '../fixtures.ts';

test('every test and picture that docs/UX.md names exists', () => {
  const page = readFileSync(join(ROOT, 'docs/UX.md'), 'utf8');
  const tests = [...page.matchAll(/`([\w./-]+\.(?:spec\.ts|rs)) › ([^`]*)`/g)].map(([, file, title]) => ({ file: file!, title: title! }));
  const pictures = [...page.matchAll(/`([\w-]+\/[\w-]+\.png)`/g)].map(([, name]) => name!);
  expect(tests.length).toBeGreaterThan(50);
  expect(pictures.length).toBeGreaterThan(2);
  const missing = [
    ...tests.filter(({ file, title }) => !there(file, title)).map(({ file, title }) => `${file} › ${title}`),
    ...pictures.filter((name) => !existsSync(join(ROOT, 'e2e/tests/snapshots', name))),
  ];
  expect(missing).toEqual([]);
});

/** A title stands in its file as it was written there: with the names of what varies, not with the values. */
function there(file: string, title: string): boolean {
  const path = join(ROOT, file.includes('/') ? file : `e2e/tests/${file}`);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  return file.endsWith('.rs') ? new RegExp(`#\\[[\\w:]*test\\]\\s+(async )?fn ${title}\\(`).test(text) : [`test('${title}',`, `test(\`${title}\`,`].some((begun) => text.includes(begun));
}

test('every numbered check and every section of the demands has its rows', () => {
  const page = readFileSync(join(ROOT, 'docs/UX.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (let number = 1; number <= 19; number++) {
    const row = rows.find((line) => line.startsWith(`| ${number} |`));
    expect(row, `check ${number}`).toMatch(/ › |\.png`/);
  }
});
