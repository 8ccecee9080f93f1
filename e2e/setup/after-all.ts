// Whatever happened before: no demo of ours and no policy of ours stays behind.

import * as policy from '../browser/policy.ts';
import * as run from '../demo/run.ts';

export default async function afterAll(): Promise<void> {
  if (!run.foreign) await run.stop('SIGTERM');
  policy.remove();
}
