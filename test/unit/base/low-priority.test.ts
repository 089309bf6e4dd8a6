import { execFileSync } from 'node:child_process';
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
    expect(niceness).toBeGreaterThan(lowPriority());
    expect(niceness).toBeGreaterThan(before);
    expect(getPriority()).toBe(before);
  },
);

test.runIf(process.platform === 'linux')('the main thread goes before the threads of V8, and no other changes', () => {
  const script = `
    import { readdirSync, readFileSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { goBeforeHelpers } from ${JSON.stringify(MODULE)};
    goBeforeHelpers();
    const threads = readdirSync('/proc/self/task').map((id) => {
      const name = readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim();
      return [name, getPriority(Number(id))];
    });
    console.log(JSON.stringify(threads));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  const threads = JSON.parse(output) as [string, number][];
  const of = (isHelper: boolean) =>
    threads.filter(([name]) => (name === 'V8Worker') === isHelper).map(([, nice]) => nice);
  expect(of(true).length).toBeGreaterThan(0);
  expect(new Set(of(true))).toEqual(new Set([lowPriority()]));
  expect(new Set(of(false))).toEqual(new Set([getPriority()]));
});
