import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkMessageComponents } from '../../../sandbox/server/checks/components.ts';
import { checkMessage, type MessageBody } from '../../../sandbox/server/checks/message.ts';
import { checkAgainstSpec } from '../../../sandbox/server/checks/spec.ts';
import type { Component } from '../../../sandbox/server/state/model.ts';

const V2 = 1 << 15;

/** The codes of all that is wrong with a V2 message of these components, by the document and by the rules beside it. */
function codesOf(...components: unknown[]): string[] {
  return codesOfBody({ flags: V2, components: components as Component[] });
}

function codesOfBody(body: MessageBody): string[] {
  const shape = checkAgainstSpec('message', body);
  const context = { files: [], settableFlags: V2, existingFiles: new Map<string, string>() };
  return (shape.length > 0 ? shape : checkMessage(body, context)).map(({ code }) => code);
}

const text = (content: string) => ({ type: 10, content });
const button = (more: object) => ({
  type: 1,
  components: [{ type: 2, style: 1, custom_id: 'b', label: 'B', ...more }],
});
const option = (value: string) => ({ label: value, value });
const select = (more: object) => ({
  type: 1,
  components: [{ type: 3, custom_id: 's', options: [option('a'), option('b')], ...more }],
});
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

test('an ordinary card passes', () => {
  const card = { type: 17, accent_color: 0, components: [text('# Card'), { type: 14 }, button({}), select({})] };
  expect(codesOf(card, text('below'))).toEqual([]);
});

test.each([
  ['an empty container', { type: 17, components: [] }, 'BASE_TYPE_MIN_LENGTH'],
  ['an empty text', text(''), 'BASE_TYPE_MIN_LENGTH'],
  [
    'a container in a container',
    { type: 17, components: [{ type: 17, components: [text('x')] }] },
    'UNION_TYPE_CHOICES',
  ],
  ['a field of a modal', { type: 4, custom_id: 't', style: 1 }, 'UNION_TYPE_CHOICES'],
  ['a key that nobody knows', { ...text('x'), colour: 1 }, 'UNKNOWN_KEY'],
  ['a section without accessory', { type: 9, components: [text('x')] }, 'BASE_TYPE_REQUIRED'],
  ['a button without label or emoji', button({ label: undefined }), 'BUTTON_COMPONENT_INVALID'],
  ['a label of 81 characters', button({ label: 'x'.repeat(81) }), 'BASE_TYPE_MAX_LENGTH'],
  ['a custom id of 101 characters', button({ custom_id: 'x'.repeat(101) }), 'BASE_TYPE_MAX_LENGTH'],
  ['a button without custom id', button({ custom_id: undefined }), 'BASE_TYPE_REQUIRED'],
  ['a link button with a custom id', button({ style: 5, url: 'https://x.example' }), 'BUTTON_COMPONENT_INVALID'],
  ['a link button without a link', button({ style: 5, custom_id: undefined }), 'BASE_TYPE_REQUIRED'],
  ['a link to a script', button({ style: 5, custom_id: undefined, url: 'javascript:1' }), 'BUTTON_COMPONENT_INVALID'],
  ['an ordinary button with a link', button({ url: 'https://x.example' }), 'BUTTON_COMPONENT_INVALID'],
  ['a style that does not exist', button({ style: 9 }), 'BASE_TYPE_CHOICES'],
  [
    'six buttons in a row',
    { type: 1, components: many(6, (n) => ({ type: 2, style: 1, label: 'x', custom_id: `${n}` })) },
    'BASE_TYPE_MAX_LENGTH',
  ],
  [
    'a menu beside a button',
    { type: 1, components: [...select({}).components, ...button({}).components] },
    'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
  ],
  ['a menu without options', select({ options: [] }), 'BASE_TYPE_MIN_LENGTH'],
  ['a menu of 26 options', select({ options: many(26, (n) => option(`${n}`)) }), 'BASE_TYPE_MAX_LENGTH'],
  [
    'options with one value',
    select({ options: [option('a'), option('a')] }),
    'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
  ],
  ['more to choose than there is', select({ max_values: 3 }), 'COMPONENT_MAX_VALUES'],
  ['a minimum above the maximum', select({ min_values: 2, max_values: 1 }), 'COMPONENT_MIN_VALUES'],
  [
    'two defaults where one may be chosen',
    select({
      options: [
        { ...option('a'), default: true },
        { ...option('b'), default: true },
      ],
    }),
    'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES',
  ],
  ['a file from the web', { type: 13, file: { url: 'https://x.example/a.csv' } }, 'MEDIA_ATTACHMENT_REQUIRED'],
  [
    'a file that was not sent',
    { type: 13, file: { url: 'attachment://a.csv' } },
    'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
  ],
  ['a picture from a disk', { type: 12, items: [{ media: { url: 'file:///etc/passwd' } }] }, 'URL_TYPE_INVALID_SCHEME'],
])('%s is refused', (_name, component, code) => {
  expect(codesOf(component)).toContain(code);
});

test('equal custom ids and equal numbers are refused wherever they are', () => {
  const section = { type: 9, components: [text('x')], accessory: button({}).components[0] };
  expect(codesOf({ type: 17, components: [section] }, button({}))).toEqual(['COMPONENT_CUSTOM_ID_DUPLICATED']);
  expect(codesOf({ ...text('x'), id: 7 }, { ...text('y'), id: 7 })).toEqual(['COMPONENT_ID_DUPLICATED']);
});

test('forty components with all that they hold are the limit', () => {
  const nested = (count: number) => ({ type: 17, components: many(count, () => text('x')) });
  expect(codesOf(nested(39))).toEqual([]);
  expect(codesOf(nested(40))).toEqual(['COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED']);
});

test('text displays together have 4,000 characters at most', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2_500 }), { minLength: 1, maxLength: 5 }), (lengths) => {
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const components = lengths.map((length) => text('x'.repeat(length)));
      const codes = checkMessageComponents(components, true).map(({ code }) => code);
      expect(codes).toEqual(total > 4_000 ? ['COMPONENT_MAX_TOTAL_TEXT_EXCEEDED'] : []);
    }),
  );
});

test('V2 excludes content and embeds, and without the flag there are rows alone', () => {
  expect(codesOfBody({ flags: V2, content: 'x', components: [text('y')] })).toEqual([
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
  ]);
  expect(codesOfBody({ flags: V2, embeds: [{ title: 'x' }], components: [text('y')] })).toEqual([
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
  ]);
  expect(codesOfBody({ components: [text('y')] })).toEqual(['UNION_TYPE_CHOICES']);
  expect(codesOfBody({ content: 'x', components: many(6, (n) => button({ custom_id: `${n}` })) })).toEqual([
    'BASE_TYPE_MAX_LENGTH',
  ]);
  expect(codesOfBody({ content: 'x'.repeat(2_001) })).toEqual(['BASE_TYPE_MAX_LENGTH']);
});

test('ids beside the word that allows them all are refused', () => {
  expect(codesOfBody({ content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } })).toEqual([
    'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
  ]);
});
