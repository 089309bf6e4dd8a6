import { expect, test } from 'vitest';
import { errorCard } from '../../../src/kit/error-card.ts';

test('an error shows names of commands as code, and what it quotes as it was typed', () => {
  const shown = JSON.stringify(
    errorCard({ message: 'Unknown model “*x* `@y`”.', hint: 'Set `new_model`, or run `/account models`.' }).components,
  );
  expect(shown).toContain('Set `new_model`, or run `/account models`');
  expect(shown).toContain(String.raw`“\\*x\\* `);
});
