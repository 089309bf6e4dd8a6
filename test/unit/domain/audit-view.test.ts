import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../../src/domain/audit-view.ts';

test('every action of the audit log is one noun and one verb', () => {
  for (const action of AUDIT_ACTIONS) expect(action).toMatch(/^[a-z]+\.[a-z_]+$/);
  expect(new Set(AUDIT_ACTIONS).size).toBe(AUDIT_ACTIONS.length);
});
