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
  expect(file.summary.invalid).toBe(0);
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

test('a worker that takes too long is ended, and the files that wait are read', async () => {
  // It waits rather than works, and so leaves the processors to other tests.
  const forever = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
  const endless = new URL(`data:text/javascript,${encodeURIComponent(forever)}`);
  const bytes = () => new TextEncoder().encode('ann,Amber');
  const workers = new FileWorkers({ replyMs: 5000 });
  const late = Promise.allSettled([1, 2].map(() => workers.open(endless, bytes(), {})));
  const waiting = openAccountFile(workers, { name: null, bytes: bytes(), defaults: {}, source: null });
  const tooSlow = { status: 'rejected', reason: { code: 'file_too_slow' } };
  expect(await late).toMatchObject([tooSlow, tooSlow]);
  await using file = await waiting;
  expect(file.summary.invalid).toBe(0);
});
