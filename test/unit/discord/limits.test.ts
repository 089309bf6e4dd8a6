import { ComponentType } from 'discord.js';
import { expect, test } from 'vitest';
import { findViewProblems } from '../../../src/discord/limits.ts';
import { button, card, file, menu, row, text } from '../../../src/views/kit/parts.ts';

const problems = (...components: Parameters<typeof findViewProblems>[0]['components']) =>
  findViewProblems({ components });

test('a view that Discord takes has no problems', () => {
  const view = {
    components: [card('good', text('hello'), row(button('Go', 'a'), button('Stop', 'b')), file('a.csv'))],
    files: [{ name: 'a.csv', data: 'x' }],
  };
  expect(findViewProblems(view)).toEqual([]);
});

test('sums over the whole message are found', () => {
  expect(problems(card('good', text('x'.repeat(2500))), card('good', text('x'.repeat(1501))))).toContain(
    '4001 characters of text',
  );
  const many = Array.from({ length: 40 }, () => text('x'));
  expect(problems(card('good', ...many))).toContain('41 components');
  expect(problems()).toContain('nothing to show');
});

test('what the builders let through is found', () => {
  expect(problems({ type: ComponentType.Container, components: [] })).toContain('an empty component of type 17');
  expect(problems(card('good', text('')))).toContain('an empty text');
  const six = Array.from({ length: 6 }, (_, n) => button(`${n}`, `${n}`));
  expect(problems(card('good', row(...six)))).toContain('6 buttons in a row');
  expect(problems(card('good', menu('m', 'x', [])))).toContain('0 options in a menu');
  expect(problems(card('good', row(button('a', 'same'), button('b', 'same'))))).toContain(
    'two components with the same id',
  );
  expect(problems(card('good', row(button('x'.repeat(81), 'a'))))).toContain('a long button');
});

test('a file that is not shown, or shown and not attached, is found', () => {
  expect(findViewProblems({ components: [card('good', text('x'))], files: [{ name: 'a', data: '' }] })).toEqual([
    'attachment://a is attached and not shown',
  ]);
  expect(problems(card('good', file('b')))).toEqual(['attachment://b is not attached']);
});
