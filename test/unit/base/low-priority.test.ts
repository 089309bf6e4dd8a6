import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { lowPriority } from '../../../src/base/low-priority.ts';

const MODULE = new URL('../../../src/base/low-priority.ts', import.meta.url).href;

test.runIf(process.platform === 'linux')(
  'a worker thread yields to the main thread, which keeps its priority',
  async () => {
    const before = getPriority();
    const script = `
    import(${JSON.stringify(MODULE)}).then(({ yieldToMainThread }) => {
      yieldToMainThread();
      require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority());
    })`;
    const [niceness] = await once(new Worker(script, { eval: true }), 'message');
    expect(niceness).toBe(lowPriority());
    expect(niceness).toBeGreaterThan(before);
    expect(getPriority()).toBe(before);
  },
);
