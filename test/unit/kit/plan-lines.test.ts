import { expect, test } from 'vitest';
import { closedLine } from '../../../src/kit/plan-lines.ts';

const cancelled = { state: 'cancelled', cancelledBy: 'discord:123456789012345678' } as const;

test('a cancelled plan says who cancelled it, and what stays if a step was applied before', () => {
  expect(closedLine(cancelled, '/proxy import')).toMatch(/^\*\*Cancelled\*\* by <@\d+>\. Nothing was changed\.$/);
  expect(closedLine(cancelled, '/proxy import', true)).toContain('What was done before stays.');
  expect(closedLine({ state: 'open', cancelledBy: null }, '/proxy import')).toBeUndefined();
});
