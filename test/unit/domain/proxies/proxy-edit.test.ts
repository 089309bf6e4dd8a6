import { describe, expect, test } from 'vitest';
import { listChangesOf, readEdit, readSentEdit } from '../../../../src/domain/proxies/proxy-edit.ts';

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
    expiresAt: '2026-12-31T23:59:59.999Z',
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
  expect(read({ expiresAt: '05/06/2027' })).toMatchObject({ reason: expect.stringContaining('Ambiguous') });
  expect(read({ tags: `+${'t'.repeat(60)}` })).toMatchObject({
    reason: expect.stringContaining('tag must be at most 50'),
  });
});

test('signs are those of all words or of none, and a list is read as one', () => {
  const either = { reason: 'The tags must be either a list (a, b) or changes (+a -b).' };
  expect(read({ tags: 'a +b' })).toEqual({ tags: { set: ['a +b'] } });
  expect(read({ tags: 'a, -b' })).toEqual({ tags: { set: ['a', '-b'] } });
  expect(read({ tags: '+a,, -b;' })).toEqual({ tags: { add: ['a'], drop: ['b'] } });
  expect(read({ tags: '+a, ,-b  -c' })).toEqual({ tags: { add: ['a'], drop: ['b', 'c'] } });
  expect(read({ tags: '+a, -' })).toMatchObject(either);
  expect(read({ tags: '+a, x-b' })).toMatchObject(either);
  expect(read({ tags: `-${'t'.repeat(60)}` })).toMatchObject({ reason: expect.stringContaining('at most 50') });
});

test('an expiry is in the future from the next millisecond on', () => {
  expect(read({ expiresAt: '2026-06-01 00:00' })).toMatchObject({ reason: 'The expiry must be in the future.' });
  expect(read({ expiresAt: '2026-06-01 00:00:00.001' })).toEqual({ expiresAt: '2026-06-01T00:00:00.001Z' });
});

describe('an edit that a program sends', () => {
  const sent = (body: Parameters<typeof readSentEdit>[0]) => readSentEdit(body, NOW);

  test('clears a field by null, and takes a dash as it is', () => {
    expect(sent({ label: null, city: '-', monthlyCost: 12.5, tags: null })).toEqual({
      label: null,
      city: '-',
      monthlyCost: 12.5,
      tags: { set: [] },
    });
    expect(sent({})).toEqual({});
    expect(sent({ colour: 'red' })).toEqual({});
  });

  test('sets a list, or adds items to it and drops others', () => {
    expect(listChangesOf('tags')).toEqual({ add: 'addTags', drop: 'dropTags' });
    expect(sent({ tags: ['a', 'b'] })).toEqual({ tags: { set: ['a', 'b'] } });
    expect(sent({ addTags: ['a'], dropTags: ['b', 'c'] })).toEqual({ tags: { add: ['a'], drop: ['b', 'c'] } });
    expect(sent({ addTags: ['a'] })).toEqual({ tags: { add: ['a'], drop: [] } });
    expect(sent({ dropTags: ['b'] })).toEqual({ tags: { add: [], drop: ['b'] } });
  });

  test.each([{ addTags: ['b'] }, { dropTags: ['b'] }, { addTags: ['b'], dropTags: ['c'] }])(
    'does not do both at once: %o',
    (changes) => {
      expect(sent({ tags: ['a'], ...changes })).toMatchObject({ reason: 'Send either tags, or addTags and dropTags.' });
    },
  );

  test('is refused for a value of the wrong type, by the field that it is for', () => {
    expect(sent({ label: 7 })).toEqual({ label: '7' });
    expect(sent({ country: ['DE'] })).toMatchObject({ reason: expect.stringContaining('country must be') });
    expect(sent({ expiresAt: true })).toMatchObject({ reason: expect.stringContaining('expiry must be') });
  });
});
