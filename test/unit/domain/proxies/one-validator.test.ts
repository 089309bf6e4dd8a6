import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { joinValues, splitValues } from '../../../../src/domain/filters/values.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { FileError } from '../../../../src/domain/parse/file-error.ts';
import {
  DEFAULT_KEYS,
  detail,
  EDITABLE_KEYS,
  type EditableKey,
  FILTER_KEYS,
} from '../../../../src/domain/proxies/fields.ts';
import { proxyFilter } from '../../../../src/domain/proxies/filters.ts';
import { readEdit, readSentEdit } from '../../../../src/domain/proxies/proxy-edit.ts';
import { patchFields } from '../../../../src/http/routes/proxies/proxy-patch.ts';
import { read } from '../parse/read.ts';

const NOW = new Date('2026-06-01');
const REFUSED = 'refused';

/** Texts that some field takes and another one refuses. */
const COUNTRIES = ['DE', 'de', 'DEU', 'Germany', 'UK', 'uk', 'GBR', 'Kosovo', 'ZZ', 'ZZZ', 'Atlantis', 'XX'];
const AMOUNTS = ['0', '12.50', '12,50 €', '1,234', '12.345', '9999999999', '10000000000', '99999999999'];
const MOMENTS = ['2099-01-02', '2099-01-02T03:04:05Z', '12/31/2099', '31.12.2099', '4070908800', '2099-02-30'];
const LISTS = ['a,b', 'b;a|a', Array.from({ length: 21 }, (_, n) => `t${n}`).join(',')];
const lengthsOf = (key: EditableKey) =>
  [0, 1].flatMap((more) =>
    [detail(key).kind.maxChars, detail(key).kind.maxItemChars].map((limit) => 'x'.repeat(limit + more)),
  );
const textsFor = (key: EditableKey) => [
  ...[...COUNTRIES, ...AMOUNTS, ...MOMENTS, ...LISTS, ...lengthsOf(key)],
  ...['😀'.repeat(50), '😀'.repeat(51), 'a\ufffdb', 'a\u2028b', 'https://provider.example/x'],
];

/** A value as an edit has it. */
const asEdit = (value: unknown) =>
  value instanceof Date ? value.toISOString() : Array.isArray(value) ? { set: value } : value;
const editOf = (edit: Record<string, unknown> | Refusal, key: EditableKey) =>
  edit instanceof Refusal ? REFUSED : edit[key];

/** The value that a column of a file reads from a text. */
function inFile(key: EditableKey, text: string): unknown {
  const file = read(
    Papa.unparse([
      ['host', 'port', key],
      ['203.0.113.7', '8080', text],
    ]),
  );
  return file.rejected.length > 0 ? REFUSED : asEdit(file.rows[0]?.fields[key]);
}

/** The value that an option, or a field of a modal, reads from it. */
const inOption = (key: EditableKey, text: string) => editOf(readEdit({ [key]: text }, NOW), key);

/** The value that PATCH reads from the same value in JSON. */
function inPatch(key: EditableKey, text: string): unknown {
  const isList = detail(key).kind.name === 'list';
  const value = isList ? text.split(/[,;|]/) : text;
  const isTaken = patchFields[key]?.safeParse(value).success;
  return isTaken ? editOf(readSentEdit({ [key]: value }, NOW), key) : REFUSED;
}

/** The value that an import reads from it as the default of all lines. */
function asDefault(key: EditableKey, text: string): unknown {
  try {
    return asEdit(read('203.0.113.7:8080', { defaults: { [key]: text } }).rows[0]?.fields[key]);
  } catch (error) {
    if (error instanceof FileError && error.code === 'bad_field') return REFUSED;
    throw error;
  }
}

describe.each(EDITABLE_KEYS)('the field %s', (key) => {
  test('takes and refuses the same in files, options, modals and as a default', () => {
    const taken = new Set<unknown>();
    for (const text of textsFor(key)) {
      const value = inFile(key, text);
      taken.add(value === REFUSED);
      expect([text, inOption(key, text)]).toEqual([text, value]);
      if (DEFAULT_KEYS.some((each) => each === key)) expect([text, asDefault(key, text)]).toEqual([text, value]);
    }
    expect(taken).toEqual(new Set([true, false]));
  });
});

const SENT_AS_TEXT = EDITABLE_KEYS.filter((key) => ['text', 'list', 'moment'].includes(detail(key).kind.name));
test.each(SENT_AS_TEXT)('PATCH takes and refuses of %s what a file does', (key) => {
  for (const text of textsFor(key)) expect([text, inPatch(key, text)]).toEqual([text, inFile(key, text)]);
});

test('a date whose day and month can be exchanged is asked for in a file, and refused by edits', () => {
  expect(read('host,port,expires\n203.0.113.7,8080,01/02/2099').choice).not.toBeNull();
  expect(inOption('expiresAt', '01/02/2099')).toBe(REFUSED);
  expect(inPatch('expiresAt', '01/02/2099')).toBe(REFUSED);
});

test('a country is stored by its alpha-2 code, and a code without a country is refused', () => {
  for (const text of ['UK', 'uk', 'GB', 'GBR', 'United Kingdom'])
    expect([text, inFile('country', text)]).toEqual([text, 'GB']);
  for (const text of ['ZZ', 'zz', 'ZZZ', 'XX']) expect([text, inFile('country', text)]).toEqual([text, REFUSED]);
});

test.each(FILTER_KEYS)('the filter of %s refuses what the field refuses, and finds what it stores', (key) => {
  const { filter = '', kind } = detail(key);
  if (kind.name !== 'text') return;
  for (const text of textsFor(key)) {
    const asked = proxyFilter.safeParse({ [filter]: joinValues([text]) });
    const stored = inFile(key, text);
    expect([text, asked.success ? splitValues(asked.data[filter as 'country'] ?? '')[0] : REFUSED]).toEqual([
      text,
      stored,
    ]);
  }
});

test('an amount has one limit, however it is sent', () => {
  const sent = (value: number) => editOf(readSentEdit({ monthlyCost: value }, NOW), 'monthlyCost');
  expect([sent(9_999_999_999), inFile('monthlyCost', '9999999999')]).toEqual([9_999_999_999, 9_999_999_999]);
  expect([sent(10_000_000_000), inFile('monthlyCost', '10000000000')]).toEqual([REFUSED, REFUSED]);
  expect([sent(-1), inFile('monthlyCost', '-1')]).toEqual([REFUSED, REFUSED]);
  expect(sent(12.5)).toBe(12.5);
});

test('a moment in the past is refused by every edit, and a date means the same to all', () => {
  expect(inOption('expiresAt', '2001-01-01')).toBe(REFUSED);
  expect(editOf(readSentEdit({ expiresAt: '2001-01-01T00:00:00Z' }, NOW), 'expiresAt')).toBe(REFUSED);
  expect(editOf(readSentEdit({ expiresAt: '2099-01-02T03:04:05Z' }, NOW), 'expiresAt')).toBe(
    inFile('expiresAt', '2099-01-02T03:04:05Z'),
  );
});
