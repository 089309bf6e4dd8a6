import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Turn, Turns } from '../../../../src/discord/dispatch/turns.ts';

/** Sixty exports of one person and two of another, at once: how many run, and in which order they begin. */
async function crowd() {
  const turns = new Turns();
  const begun: string[] = [];
  const running = new Map<string, Turn>();
  const ask = (person: string, name: string) => {
    const turn = turns.of(person);
    void turn.take().then(() => {
      begun.push(name);
      running.set(name, turn);
    });
  };
  for (let n = 0; n < 60; n++) ask('vera', `vera ${n}`);
  for (const n of [0, 1]) ask('otto', `otto ${n}`);
  await nextTurn();
  return { begun, running };
}

test('one person holds two places, and others do not wait for them', async () => {
  const { begun } = await crowd();
  expect(begun).toEqual(['vera 0', 'vera 1', 'otto 0', 'otto 1']);
});

test('the others wait in order of arrival, and never more than two of one person run', async () => {
  const { begun, running } = await crowd();
  while (running.size > 0) {
    const own = [...running.keys()].filter((name) => name.startsWith('vera'));
    expect([own.length <= 2, running.size <= 4]).toEqual([true, true]);
    const [name = '', turn] = [...running][0] ?? [];
    running.delete(name);
    turn?.end();
    await nextTurn();
  }
  expect(begun.filter((name) => name.startsWith('vera'))).toEqual(Array.from({ length: 60 }, (_, n) => `vera ${n}`));
});

test('a turn that was never taken holds no place, and one is taken once', async () => {
  const turns = new Turns();
  for (let n = 0; n < 10; n++) turns.of('vera').end();
  const turn = turns.of('vera');
  await Promise.all([turn.take(), turn.take()]);
  await turns.of('vera').take();
  const third = turns.of('vera');
  let isThird = false;
  void third.take().then(() => {
    isThird = true;
  });
  await nextTurn();
  expect(isThird).toBe(false);
  turn.end();
  await nextTurn();
  expect(isThird).toBe(true);
});
