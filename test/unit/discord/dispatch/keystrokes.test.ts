import { expect, test } from 'vitest';
import { Keystrokes } from '../../../../src/discord/dispatch/keystrokes.ts';

/** Work that ends when the test ends it. */
function controlled() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const work = (typed: string) => () => {
    begun.push(typed);
    const end = Promise.withResolvers<string>();
    ends.set(typed, end);
    return end.promise;
  };
  return { begun, work, end: (typed: string) => ends.get(typed)?.resolve(typed), ends };
}

test('a keystroke that a later one overtakes while it waits is dropped', async () => {
  const { begun, work, end } = controlled();
  const keystrokes = new Keystrokes();
  const answers = ['a', 'am', 'amb', 'ambe'].map((typed) => keystrokes.run('ada model', work(typed)));
  end('a');
  await answers[0];
  await Promise.all([answers[1], answers[2]]);
  end('ambe');
  expect(await Promise.all(answers)).toEqual(['a', undefined, undefined, 'ambe']);
  expect(begun).toEqual(['a', 'ambe']);
});

test('other people and other options do not wait', async () => {
  const { work, end } = controlled();
  const keystrokes = new Keystrokes();
  const waiting = keystrokes.run('ada model', work('a'));
  const other = keystrokes.run('otto model', work('b'));
  end('b');
  expect(await other).toBe('b');
  end('a');
  expect(await waiting).toBe('a');
});

test('an error goes to its own keystroke, and the next one runs', async () => {
  const { work, ends, end } = controlled();
  const keystrokes = new Keystrokes();
  const failing = keystrokes.run('ada model', work('a'));
  const next = keystrokes.run('ada model', work('b'));
  ends.get('a')?.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  end('b');
  expect(await next).toBe('b');
});
