import { describe, expect, test } from 'vitest';
import { readAccountEdit } from '../../../../src/domain/accounts/account-edit.ts';
import { readAccountPath, readAccountRef } from '../../../../src/domain/accounts/account-ref.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

describe('an account is named', () => {
  test('in an option by # and its number, or by its username in any case', () => {
    expect(readAccountRef(' #12 ')).toEqual({ id: 12, key: '#12' });
    expect(readAccountRef(' @Ann.One ')).toEqual({ id: undefined, key: 'ann.one' });
    expect(readAccountRef('12')).toEqual({ id: undefined, key: '12' });
  });

  test('in an address by either, unless the request says which', () => {
    expect(readAccountPath(' 12 ')).toEqual({ id: 12, key: '12' });
    expect(readAccountPath('12', 'id')).toEqual({ id: 12 });
    expect(readAccountPath('12', 'username')).toEqual({ key: '12' });
    expect(readAccountPath('Ann', 'id')).toEqual({ id: undefined });
  });
});

describe('an edit of an account', () => {
  test('keeps what is absent, clears what is empty or -, and reads the rest as an import does', () => {
    expect(readAccountEdit({})).toEqual({});
    expect(readAccountEdit({ vps: '-', label: '', notes: ' ' })).toEqual({ vps: null, label: null, notes: null });
    expect(readAccountEdit({ vps: ' east-1 ', label: ' main ', notes: ' new ' })).toEqual({
      vps: 'east-1',
      label: 'main',
      notes: 'new',
    });
  });

  test.each(['vps', 'label', 'notes'] as const)('is refused as a whole for a %s that is too long', (field) => {
    expect(readAccountEdit({ label: 'x', [field]: 'x'.repeat(5000) })).toBeInstanceOf(Refusal);
  });
});
