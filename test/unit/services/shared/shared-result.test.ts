import { expect, test } from 'vitest';
import { SharedResult } from '../../../../src/services/shared/shared-result.ts';

function shared() {
  const reads: PromiseWithResolvers<number>[] = [];
  let now = 0;
  const read = () => {
    const reading = Promise.withResolvers<number>();
    reads.push(reading);
    return reading.promise;
  };
  const result = new SharedResult({ read, freshMs: 10, now: () => now });
  return { result, reads, wait: (ms: number) => (now += ms) };
}

test('calls within the time share one result, and the next call reads again', async () => {
  const { result, reads, wait } = shared();
  const both = [result.get(), result.get()];
  wait(9);
  both.push(result.get());
  reads[0]?.resolve(1);
  expect(await Promise.all(both)).toEqual([1, 1, 1]);
  wait(1);
  const later = result.get();
  reads[1]?.resolve(2);
  expect([await later, reads.length]).toEqual([2, 2]);
});

test('a failed result rejects for all callers that share it, and is not kept', async () => {
  const { result, reads } = shared();
  const both = [result.get(), result.get()];
  reads[0]?.reject(new Error('broken'));
  await Promise.all(both.map((each) => expect(each).rejects.toThrow('broken')));
  const next = result.get();
  reads[1]?.resolve(3);
  expect(await next).toBe(3);
});

test('a failure does not drop the reading that replaced it', async () => {
  const { result, reads } = shared();
  const first = result.get();
  const second = result.get({ isFresh: true });
  reads[0]?.reject(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  reads[1]?.resolve(4);
  expect([await second, await result.get(), reads.length]).toEqual([4, 4, 2]);
  result.forget();
  void result.get();
  expect(reads).toHaveLength(3);
});
