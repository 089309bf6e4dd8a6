import { expect, test } from 'vitest';
import { openAccountFile } from '../../../src/services/account-import/account-reader.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';

test('a file whose worker does not even start takes the place of no other one', async () => {
  const workers = new FileWorkers();
  const open = (bytes: Uint8Array) => openAccountFile(workers, { name: null, bytes, defaults: {}, source: null });
  const taken = new Uint8Array(8);
  structuredClone(taken, { transfer: [taken.buffer] });
  for (let attempt = 0; attempt < 3; attempt++) await expect(open(taken)).rejects.toThrow();
  await using file = await open(new TextEncoder().encode('ann,Amber'));
  expect((await file.summary()).invalid).toBe(0);
});

test('a worker that has refused its file and ended, while the main thread was busy, is heard all the same', async () => {
  const opening = openAccountFile(new FileWorkers(), {
    name: 'a.json',
    bytes: new TextEncoder().encode('[]'),
    defaults: {},
    source: null,
  }).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  // Both what the worker says and its end are there when the main thread looks again.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  expect(await opening).toMatchObject({ code: 'no_rows' });
});

/** It waits rather than works, and so leaves the processors to other tests. */
const FOREVER = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
const ENDLESS = new URL(`data:text/javascript,${encodeURIComponent(FOREVER)}`);
const LINE = 'ann,Amber';

test('a worker that takes too long is ended, and the files that wait are read', async () => {
  const bytes = () => new TextEncoder().encode(LINE);
  const workers = new FileWorkers({ replyMs: 5000 });
  const late = Promise.allSettled([1, 2].map(() => workers.open(ENDLESS, bytes(), {})));
  const waiting = openAccountFile(workers, { name: null, bytes: bytes(), defaults: {}, source: null });
  const tooSlow = { status: 'rejected', reason: { code: 'file_too_slow' } };
  expect(await late).toMatchObject([tooSlow, tooSlow]);
  await using file = await waiting;
  expect((await file.summary()).invalid).toBe(0);
});

test('a file that is closed twice makes room for one other file', async () => {
  const bytes = () => new TextEncoder().encode(LINE);
  const workers = new FileWorkers({ replyMs: 5000 });
  const open = () => openAccountFile(workers, { name: null, bytes: bytes(), defaults: {}, source: null });
  await using held = await open();
  const closed = await open();
  await Promise.all([closed[Symbol.asyncDispose](), closed[Symbol.asyncDispose]()]);
  const order: string[] = [];
  const late = workers.open(ENDLESS, bytes(), {}).catch(() => order.push('the endless one ended'));
  await using next = await open();
  order.push('the next one opened');
  await late;
  expect(order).toEqual(['the endless one ended', 'the next one opened']);
  for (const file of [held, next]) expect((await file.summary()).invalid).toBe(0);
});
