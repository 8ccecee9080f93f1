import { defineConfig } from '@playwright/test';

/** Made on demand only: the README's picture (`npm run picture`), measurements (`cargo xtask bench-ui`, `lighthouse`). */
const picture = process.env.RENKEI_PICTURE !== undefined;
const measure = process.env.RENKEI_MEASURE;

export default defineConfig({
  outputDir: 'test-results',
  // Debian's Chromium and fonts, whoever runs it: no names of platforms.
  snapshotPathTemplate: '{testDir}/snapshots/{arg}{ext}',
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }], ['html', { open: 'never', outputFolder: 'playwright-report' }]],
  // Each drives a browser and a bank of its own; on two processors a third is worth it because one test only waits for
  // the time to run out.
  workers: process.env.RENKEI_E2E_WORKERS ? Number(process.env.RENKEI_E2E_WORKERS) : 3,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  globalTeardown: './setup/after-all.ts',
  projects: [
    { name: 'start', testDir: 'setup', testMatch: 'start.ts', teardown: 'stop' },
    { name: 'stop', testDir: 'setup', testMatch: 'stop.ts' },
    measure
      ? { name: 'measure', testDir: 'measure', testMatch: `${measure}.ts`, dependencies: ['start'] }
      : picture
        ? { name: 'picture', testDir: 'setup', testMatch: 'picture.ts', dependencies: ['start'] }
        : { name: 'chromium', testDir: 'tests', dependencies: ['start'] },
  ],
});
