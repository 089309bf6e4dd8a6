import { expect, test } from 'vitest';
import { inline } from '../../../sandbox/web/markdown.ts';

const NAMES = { user: (id: string) => id, role: (id: string) => id, channel: () => 'ops', openCommand: () => {} };
/** Texts that the page shows without emphasis. */
const shown = (text: string) => {
  const parts = inline(text, NAMES);
  return parts.every((part) => typeof part === 'string') ? parts.join('') : parts;
};

test('every sign that Discord lets a backslash escape is shown as itself, the underscore too', () => {
  expect(shown('Set at least one option, such as set\\_label or set\\_tags.')).toBe(
    'Set at least one option, such as set_label or set_tags.',
  );
  expect(shown('\\*not bold\\* \\`nor code\\` \\~\\~nor struck\\~\\~')).toBe('*not bold* `nor code` ~~nor struck~~');
});

test('an underscore within a word emphasises nothing, and around words it does', () => {
  expect(shown('ann_rose_1 and bob_rose_2')).toBe('ann_rose_1 and bob_rose_2');
  expect(shown('an _important_ word')).toHaveLength(3);
});

test('a moment that no calendar has is shown as it was typed', () => {
  expect(shown('<t:99999999999999:R>')).toBe('<t:99999999999999:R>');
});
