import { expect, test } from 'vitest';
import { ACCOUNT_IMPORT_CLASSES, accountImportSteps } from '../../../../src/domain/accounts/account-import.ts';
import { importSteps } from '../../../../src/domain/proxies/proxy-import.ts';

const counts = { new: 3, revived: 1, known: 5, blocked: 0, type: 2, credentials: 4, duplicate: 0, invalid: 7 };

test('the number on a button is that of the rows that its step takes', () => {
  const numbers = (['import', 'update', 'add'] as const).map((step) => importSteps.count(counts, step));
  expect(numbers).toEqual([4, 6, 4]);
  expect(accountImportSteps.count({ model: 1, vps: 2, details: 3, known: 9 }, 'update')).toBe(6);
  expect(accountImportSteps.count({ new: 1, revived: 2, known: 9 }, 'import')).toBe(3);
  expect(importSteps.count({}, 'import')).toBe(0);
});

test('a step leaves no row that it took, and an import is done when no step takes any', () => {
  const after = importSteps.after(importSteps.after(counts, 'import'), 'update');
  expect(after).toEqual({ ...counts, new: 0, revived: 0, type: 0, credentials: 0 });
  expect([importSteps.isDone(counts), importSteps.isDone(after)]).toEqual([false, true]);
  expect([importSteps.isDone({ new: 1 }), importSteps.isDone({ credentials: 1 })]).toEqual([false, false]);
  const all = Object.fromEntries(ACCOUNT_IMPORT_CLASSES.map((each) => [each, 1]));
  expect(accountImportSteps.isDone(accountImportSteps.after(accountImportSteps.after(all, 'import'), 'update'))).toBe(
    true,
  );
});

test('what an import has made known itself is not counted as known before, and never below zero', () => {
  expect(importSteps.withoutOwn(counts, { import: { count: 4 } }).known).toBe(1);
  expect(importSteps.withoutOwn(counts, { import: { count: 4 }, add: { count: 4 } }).known).toBe(0);
  expect(importSteps.withoutOwn(counts, {})).toEqual(counts);
});
