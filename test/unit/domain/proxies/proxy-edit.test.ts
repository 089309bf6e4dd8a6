import { expect, test } from 'vitest';
import { readEdit } from '../../../../src/domain/proxies/proxy-edit.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const read = (written: Parameters<typeof readEdit>[0]) => readEdit(written, NOW);

test('an absent field stays, a dash or nothing clears it, and the rest is read as an import reads it', () => {
  expect(read({ label: 'fast', country: 'Germany', notes: '-', city: '' })).toEqual({
    label: 'fast',
    country: 'DE',
    notes: null,
    city: null,
  });
  expect(read({ expiresAt: '2026-12-31', monthlyCost: '$12.50' })).toEqual({
    expiresAt: '2026-12-31T00:00:00.000Z',
    monthlyCost: 12.5,
  });
  expect(read({})).toEqual({});
});

test('tags are a new set, or signed changes of the old one', () => {
  expect(read({ tags: 'slow, eu' })).toEqual({ tags: { set: ['slow', 'eu'] } });
  expect(read({ tags: '+a -b +c d' })).toEqual({ tags: { add: ['a', 'c d'], drop: ['b'] } });
  expect(read({ tags: '-b' })).toEqual({ tags: { add: [], drop: ['b'] } });
  expect(read({ tags: '-' })).toEqual({ tags: { set: [] } });
  expect(read({ tags: '+a, b' })).toMatchObject({ reason: expect.stringContaining('either') });
});

test('what no import would take is refused in words', () => {
  expect(read({ country: 'Atlantis' })).toMatchObject({ reason: expect.stringContaining('country') });
  expect(read({ label: 'x'.repeat(10_000) })).toMatchObject({
    reason: 'The label must be at most 100 characters long.',
  });
  expect(read({ expiresAt: '2020-01-01' })).toMatchObject({ reason: 'The expiry must be in the future.' });
  expect(read({ expiresAt: '12/31/2026' })).toMatchObject({ reason: expect.stringContaining('Ambiguous') });
  expect(read({ tags: `+${'t'.repeat(60)}` })).toMatchObject({
    reason: expect.stringContaining('tag must be at most 50'),
  });
});
