import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineId, idNumber, splitId } from '../../../src/kit/custom-id.ts';

const kind = defineId('proxy.page', { list: idNumber, side: z.enum(['after', 'before']), note: z.string() });
const decode = (id: string) => {
  const parts = splitId(id);
  return parts && kind.decode(parts.values);
};

test('what goes into an id comes out of it, whatever characters it has', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom('after' as const, 'before' as const),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      (list, side, note) => {
        fc.pre(encodeURIComponent(note).length < 60);
        const id = kind.encode({ list, side, note });
        expect(id.length).toBeLessThanOrEqual(100);
        expect(decode(id)).toEqual({ list, side, note });
      },
    ),
  );
});

test('an id that would be too long for Discord is refused when it is made', () => {
  expect(() => kind.encode({ list: 1, side: 'after', note: 'x'.repeat(100) })).toThrow('the id proxy.page has');
});

test('an id of another version, shape or meaning reads as nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => decode(text) === undefined));
  expect(splitId('0:proxy.page:1:after:x')).toBeUndefined();
  expect(decode('1:proxy.page:1:after')).toBeUndefined();
  expect(decode('1:proxy.page:1:sideways:x')).toBeUndefined();
  expect(decode('1:proxy.page:-1:after:x')).toBeUndefined();
  expect(splitId('1:proxy.page:%E0%A4%A')).toBeUndefined();
});

test('only digits are a row, so that nothing else reads as one', () => {
  const row = defineId('proxy.card', { proxy: idNumber });
  for (const text of ['', ' 7', '0x10', '1e3', '-1', '1.5', '9'.repeat(16), '٣']) {
    expect(row.decode([text]), `“${text}”`).toBeUndefined();
  }
  expect(row.decode(['1042'])).toEqual({ proxy: 1042 });
});

test('an id that could not be read back is refused when it is made', () => {
  const row = defineId('proxy.card', { proxy: idNumber });
  for (const proxy of [-1, 1.5, Number.NaN, 2 ** 60]) {
    expect(() => row.encode({ proxy })).toThrow('cannot be decoded');
  }
});
