import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { INVITED_WITH } from '../../../src/discord/permissions.ts';

test('the link of the README asks for the permissions that the bot uses', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const asked = [...readme.matchAll(/permissions=(\d+)/g)].map(([, bits]) => bits);
  expect(asked).toEqual([String(INVITED_WITH)]);
});
