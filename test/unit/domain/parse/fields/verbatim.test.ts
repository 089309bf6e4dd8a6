import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADDRESS_FIELDS, DETAIL_FIELDS } from '../../../../../src/domain/proxies/fields.ts';

const kinds = [...Object.values(ADDRESS_FIELDS), ...Object.values(DETAIL_FIELDS)].flatMap((field) =>
  'kind' in field ? [field.kind] : [],
);
const verbatim = kinds.filter((kind) => 'isVerbatim' in kind && kind.isVerbatim);

test('fields that hold any text are read as they are, and those that everyone reads in a list are not among them', () => {
  expect(verbatim).toContain(ADDRESS_FIELDS.password.kind);
  expect(verbatim).toContain(DETAIL_FIELDS.notes.kind);
  expect(verbatim).not.toContain(DETAIL_FIELDS.label.kind);
  expect(verbatim).not.toContain(DETAIL_FIELDS.provider.kind);
});

test('printable ASCII within the limit of such a field is its value', () => {
  for (const kind of verbatim) {
    const texts = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: kind.maxChars })
      .map((text) => text.trim());
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text !== '');
        expect(kind.read(text, 'field')).toBe(text);
      }),
      { numRuns: 200 },
    );
    expect(kind.read('x'.repeat(kind.maxChars), 'field')).toHaveLength(kind.maxChars);
  }
});
