import { expect, test } from 'vitest';
import { markOf, withMark } from '../../../src/discord/message-mark.ts';
import { card, text } from '../../../src/kit/parts.ts';

test('a message is found again by its mark, which no number of Discord’s own can be', () => {
  expect(markOf(1)).toBeGreaterThan(40);
  const view = { components: [card('neutral', text('first')), text('second')] };
  expect(withMark(view, 7).components.map(({ id }) => id)).toEqual([markOf(7), undefined]);
  expect(withMark({ components: [] }, 7)).toEqual({ components: [] });
});
