// After everything: Ctrl-C leaves nothing running.

import { expect, test } from '@playwright/test';
import { existsSync } from 'node:fs';
import { DEMO_JSON, demo } from '../demo/description.ts';
import { isListening } from '../demo/ports.ts';
import * as run from '../demo/run.ts';

test('Ctrl-C leaves nothing running', async () => {
  test.skip(run.foreign, 'the demo is somebody else’s');
  const { ports } = demo();
  const { stopped, said } = await run.stop('SIGINT');
  expect(stopped, said).toBe(true);
  for (const [name, port] of Object.entries(ports)) {
    expect(await isListening(port), `the ${name} port ${port} is free again`).toBe(false);
  }
  expect(existsSync(DEMO_JSON), 'demo.json is gone').toBe(false);
});
