import { expect, test } from 'vitest';
import { isAllowed, levelOf } from '../../../src/kit/level.ts';

const roles = { viewer: ['v'], operator: ['o'], admin: ['a'] };

test('the highest of the roles counts, and Manage Server makes an admin', () => {
  expect(levelOf(['v', 'o'], false, roles)).toBe('operator');
  expect(levelOf(['v'], true, roles)).toBe('admin');
  expect(levelOf(['x'], false, roles)).toBeUndefined();
});

test('each level may do what those below it may', () => {
  expect(isAllowed('admin', 'viewer')).toBe(true);
  expect(isAllowed('viewer', 'operator')).toBe(false);
});
