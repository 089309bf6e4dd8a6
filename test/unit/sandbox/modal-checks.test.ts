import { expect, test } from 'vitest';
import { describeIssue } from '../../../sandbox/server/checks/issue.ts';
import { checkModal } from '../../../sandbox/server/checks/modal.ts';
import type { Component } from '../../../sandbox/server/state/model.ts';

let count = 0;

function label(component: object, more: object = {}): object {
  count += 1;
  return { type: 18, label: 'Field', component: { custom_id: `field ${count}`, ...component }, ...more };
}

function check(components: object[], more: object = {}) {
  return checkModal({
    type: 9,
    data: { custom_id: 'modal', title: 'Modal', components: components as Component[], ...more },
  } as never);
}

const input = { type: 4, style: 1 };
const file = { type: 19 };
const options = ['a', 'b'].map((value) => ({ label: value, value }));

test('a modal with a field of every kind passes', () => {
  const issues = check([
    label(input),
    label({ ...file, max_values: 10, file_types: ['.csv'] }),
    label({ type: 3, options }),
    label({ type: 22, options, min_values: 0, required: false }),
    label({ type: 23 }),
  ]);
  expect(issues).toEqual([]);
  expect(check([{ type: 10, content: 'read this' }, label({ type: 21, options })])).toEqual([]);
});

test.each([
  ['six fields', Array.from({ length: 6 }, () => label(input)), 'BASE_TYPE_MAX_LENGTH'],
  ['no field', [], 'BASE_TYPE_MIN_LENGTH'],
  ['a button', [{ type: 1, components: [{ type: 2, style: 1, label: 'x', custom_id: 'x' }] }], 'BASE_TYPE_CHOICES'],
  ['a file field outside a label', [{ ...file, custom_id: 'f' }], 'UNION_TYPE_CHOICES'],
  ['a label of 46 characters', [label(input, { label: 'x'.repeat(46) })], 'BASE_TYPE_MAX_LENGTH'],
  ['a label on a labelled field', [label({ ...input, label: 'x' })], 'COMPONENT_LABEL_TWICE'],
  ['a row field without label', [{ type: 1, components: [{ ...input, custom_id: 'x' }] }], 'BASE_TYPE_REQUIRED'],
  ['a minimum above the maximum', [label({ ...input, min_length: 5, max_length: 4 })], 'TEXT_INPUT_LENGTHS'],
  ['more text than the field takes', [label({ ...input, max_length: 4, value: 'hello' })], 'BASE_TYPE_MAX_LENGTH'],
  ['eleven files', [label({ ...file, max_values: 11 })], 'NUMBER_TYPE_MAX'],
  ['more files needed than taken', [label({ ...file, min_values: 2 })], 'COMPONENT_MIN_VALUES'],
  ['a disabled menu', [label({ type: 3, options, disabled: true })], 'COMPONENT_DISABLED'],
  ['a required group that needs nothing', [label({ type: 22, options, min_values: 0 })], 'COMPONENT_REQUIRED'],
  ['one radio button', [label({ type: 21, options: options.slice(1) })], 'BASE_TYPE_MIN_LENGTH'],
  [
    'equal custom ids',
    [label({ ...input, custom_id: 'x' }), label({ ...input, custom_id: 'x' })],
    'COMPONENT_CUSTOM_ID_DUPLICATED',
  ],
])('%s is refused', (_name, components, code) => {
  expect(check(components).map((issue) => issue.code)).toContain(code);
});

test('title and custom id have limits, and errors are reported by path', () => {
  const issues = check([label(input)], { title: 'x'.repeat(46), custom_id: 'x'.repeat(101) });
  expect(issues.map(describeIssue)).toEqual([
    'data.custom_id: Must be 100 or fewer in length.',
    'data.title: Must be 45 or fewer in length.',
  ]);
});
