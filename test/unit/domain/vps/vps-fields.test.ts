import { expect, test } from 'vitest';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { readLinkNotes, readNewVps, readVpsEdit, VPS_LIMITS } from '../../../../src/domain/vps/vps-fields.ts';

const reasonOf = (read: unknown) => (read instanceof Refusal ? read.reason : read);

test('a new VPS is in production unless it says otherwise, and has no other fields', () => {
  expect(readNewVps({ name: ' east-1 ' })).toStrictEqual({
    name: 'east-1',
    environment: 'production',
    host: null,
    region: null,
    notes: null,
  });
  const all = { name: 'east-1', environment: 'staging', host: '192.0.2.1', region: 'eu', notes: 'line 1\r\nline 2' };
  expect(readNewVps(all)).toEqual({ ...all, notes: 'line 1\nline 2' });
});

test('an edit keeps what is absent, and clears what is empty or -', () => {
  expect(readVpsEdit({})).toStrictEqual({});
  expect(readVpsEdit({ environment: '-', host: '', region: '-', notes: ' ' })).toEqual({
    environment: 'production',
    host: null,
    region: null,
    notes: null,
  });
  expect(readVpsEdit({ name: 'west-1', environment: ' test ' })).toStrictEqual({ name: 'west-1', environment: 'test' });
});

test.each(['', '-', ' '])('a VPS cannot be without a name: %j', (name) => {
  expect(reasonOf(readVpsEdit({ name }))).toBe('A VPS must have a name.');
  expect(reasonOf(readNewVps({ name }))).toBe('A VPS must have a name.');
});

test('a name of several scripts that look alike is refused', () => {
  expect(reasonOf(readVpsEdit({ name: 'еast-1' }))).toMatch(/^The name of the VPS mixes letters/);
  expect(readVpsEdit({ name: 'восток-1' })).toEqual({ name: 'восток-1' });
});

test.each([
  ['name', 'name of the VPS'],
  ['environment', 'environment'],
  ['host', 'host'],
  ['region', 'region'],
  ['notes', 'notes'],
] as const)('the %s has a longest length, and a longer one is refused by its name', (key, noun) => {
  const limit = VPS_LIMITS[key];
  const shown = limit.toLocaleString('en-US');
  expect(readVpsEdit({ [key]: 'x'.repeat(limit) })).toEqual({ [key]: 'x'.repeat(limit) });
  expect(reasonOf(readVpsEdit({ [key]: 'x'.repeat(limit + 1) }))).toBe(
    `The ${noun} must be at most ${shown} characters long.`,
  );
});

test.each(['name', 'environment'] as const)('a %s that a spreadsheet has damaged is refused', (key) => {
  expect(reasonOf(readVpsEdit({ [key]: '#REF!' }))).toBe(
    'The cell holds an error of the spreadsheet instead of a value.',
  );
});

test('a new VPS is refused for any of its fields', () => {
  expect(reasonOf(readNewVps({ name: 'east-1', region: 'x'.repeat(101) }))).toBe(
    'The region must be at most 100 characters long.',
  );
});

test('the notes of a link have several lines, and a longest length', () => {
  expect([readLinkNotes('a\r\nb'), readLinkNotes('')]).toEqual(['a\nb', null]);
  expect(reasonOf(readLinkNotes('x'.repeat(1001)))).toBe('The notes must be at most 1,000 characters long.');
});
