import {
  type APILabelComponent,
  type APIMessageTopLevelComponent,
  type APITextInputComponent,
  ComponentType,
} from 'discord.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkMessage, type MessageBody } from '../../../../sandbox/server/checks/message.ts';
import { checkModal } from '../../../../sandbox/server/checks/modal.ts';
import { checkAgainstSpec } from '../../../../sandbox/server/checks/spec.ts';
import type { Component } from '../../../../sandbox/server/state/model.ts';
import { modalPayload, textField } from '../../../../src/discord/define/modal.ts';
import { findModalProblems, findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { button, card, file, row, selectMenu, text } from '../../../../src/kit/parts.ts';
import type { View } from '../../../../src/kit/view.ts';

const problems = (...components: APIMessageTopLevelComponent[]) => findViewProblems({ components });
const option = (value: string) => ({ label: value, value });
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('a message', () => {
  test('that Discord takes has no problems', () => {
    const view = {
      components: [card('success', text('hello'), row(button('Go', 'a'), button('Stop', 'b')), file('a.csv'))],
      files: [{ name: 'a.csv', data: 'x' }],
    };
    expect(findViewProblems(view)).toEqual([]);
  });

  test('is summed up over all that is nested in it', () => {
    const half = 'x'.repeat(2000);
    expect(problems(card('success', text(half)), card('success', text(half)))).toEqual([]);
    expect(problems(card('success', text(half)), card('success', text(`${half}x`)))).toEqual([
      '4001 characters of text; 0 to 4000 are allowed',
    ]);
    expect(problems(card('success', ...times(39, () => text('x'))))).toEqual([]);
    expect(problems(card('success', ...times(40, () => text('x'))))).toEqual(['41 components; 1 to 40 are allowed']);
    expect(problems()).toEqual(['0 components; 1 to 40 are allowed']);
  });

  test.each<[string, APIMessageTopLevelComponent | null, string]>([
    ['an empty container', card('success'), '0 components in a container'],
    ['an empty text', text(' '), 'an empty text'],
    ['six buttons in a row', row(...times(6, (n) => button(`${n}`, `${n}`))), '6 parts in a row'],
    ['an empty row', { type: ComponentType.ActionRow, components: [] }, '0 parts in a row'],
    ['a button without a label', row(button('', 'a')), '0 characters in a button label'],
    ['a long label', row(button('x'.repeat(81), 'a')), '81 characters in a button label'],
    ['a long id', row(button('a', 'x'.repeat(101))), '101 characters in a custom id'],
    ['the same id twice', row(button('a', 'same'), button('b', 'same')), 'two components with the id same'],
    ['a select menu without options', selectMenu('m', 'x', []), '0 options in a select menu'],
    [
      'a select menu of 26 options',
      selectMenu(
        'm',
        'x',
        times(26, (n) => option(`${n}`)),
      ),
      '26 options in a select menu',
    ],
    ['the same option twice', selectMenu('m', 'x', [option('a'), option('a')]), 'two options with the same value'],
    ['a long option', selectMenu('m', 'x', [option('x'.repeat(101))]), '101 characters in a select menu option'],
    ['a long placeholder', selectMenu('m', 'x'.repeat(151), [option('a')]), '151 characters in a placeholder'],
    ['a gallery of nothing', { type: ComponentType.MediaGallery, items: [] }, '0 pictures in a gallery'],
  ])('with %s is refused', (_, component, problem) => {
    expect(problems(...(component ? [component] : [])).join('\n')).toContain(problem);
  });

  test('shows every file that it has, and has every file that it shows', () => {
    const attached = { name: 'a.csv', data: 'x' };
    expect(findViewProblems({ components: [text('x')], files: [attached] })).toEqual([
      'a.csv is attached and not shown',
    ]);
    expect(problems(file('b.csv'))).toEqual(['b.csv is shown and not attached']);
    expect(findViewProblems({ components: [file('a.csv')], files: [attached, attached] })).toEqual([
      'two files named a.csv',
    ]);
    const spaced = { name: 'a b.csv', data: 'x' };
    expect(findViewProblems({ components: [file('a b.csv')], files: [spaced] })).toEqual([
      'a file name that Discord changes: a b.csv',
    ]);
  });
});

/** Messages that are right or wrong in one or more ways, near every limit. */
const near = (limit: number) => fc.constantFrom('', 'x', 'x'.repeat(limit), 'x'.repeat(limit + 1));
const id = fc.constantFrom('a', 'b', 'c', 'x'.repeat(100), 'x'.repeat(101));
const anyText = fc.constantFrom('', 'x', 'x'.repeat(1999), 'x'.repeat(2001)).map((content) => text(content));
const anyRow = fc
  .array(fc.tuple(near(80), id), { maxLength: 6 })
  .map((buttons) => row(...buttons.map(([label, customId]) => button(label, customId))));
const anyMenu = fc
  .tuple(id, near(150), fc.array(fc.tuple(near(100), near(100)), { maxLength: 3 }), fc.constantFrom(0, 25, 26))
  .map(([customId, placeholder, few, many]) =>
    selectMenu(customId, placeholder, [
      ...few.map(([label, value]) => ({ label, value })),
      ...times(many, (n) => option(`o${n}`)),
    ]),
  );
const anyFile = fc.constantFrom('a.csv', 'b.csv').map((name) => file(name));
const part = fc.oneof(anyText, anyRow, anyMenu, anyFile);
const anyView: fc.Arbitrary<View> = fc.record({
  components: fc.array(
    fc.oneof(
      part.filter((each) => each !== null),
      fc.array(part, { maxLength: 12 }).map((parts) => card('success', ...parts)),
    ),
    { maxLength: 5 },
  ),
  files: fc.subarray([
    { name: 'a.csv', data: 'x' },
    { name: 'b.csv', data: 'x' },
  ]),
});

const COMPONENTS_V2 = 1 << 15;

/** The problems that the strict stand-in for Discord finds in the same message. */
function refusals({ components, files = [] }: View): string[] {
  const body: MessageBody = { flags: COMPONENTS_V2, components: components as unknown as Component[] };
  const sent = files.map(({ name }, index) => ({ name, index: `${index}`, data: Buffer.from('x') }));
  const shape = checkAgainstSpec('message', body);
  const issues = shape.length
    ? shape
    : checkMessage(body, { files: sent, settableFlags: COMPONENTS_V2, existingFiles: new Map() });
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('what has no problems here is taken by the strict stand-in for Discord', () => {
  let taken = 0;
  fc.assert(
    fc.property(anyView, (view) => {
      if (findViewProblems(view).length > 0) return;
      expect(refusals(view)).toEqual([]);
      taken += 1;
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(10);
});

test('what the stand-in refuses has a problem here', () => {
  fc.assert(
    fc.property(anyView, (view) => {
      fc.pre(view.components.length > 0 && refusals(view).length > 0);
      expect(findViewProblems(view)).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
});

describe('a modal', () => {
  const modal = modalPayload('modal', 'Edit', { a: textField('A', {}) }, {});
  const [label] = modal.components as [APILabelComponent];
  const input = label.component as APITextInputComponent;
  const withLabel = (changes: Partial<APILabelComponent>) => ({ ...modal, components: [{ ...label, ...changes }] });

  test('with up to five fields has no problems', () => {
    const five = modalPayload(
      'modal',
      'Edit',
      Object.fromEntries(times(5, (n) => [`f${n}`, textField(`Field ${n}`, {})])),
      {},
    );
    expect(findModalProblems(five)).toEqual([]);
    const callback = { type: 9, data: five as unknown as { components: Component[] } };
    expect(checkModal(callback)).toEqual([]);
  });

  test('over a limit is refused', () => {
    const six = times(6, (n) => ({ ...label, component: { ...input, custom_id: `f${n}` } }));
    expect(findModalProblems({ ...modal, components: six })).toEqual(['6 fields; 1 to 5 are allowed']);
    expect(findModalProblems({ ...modal, title: 'x'.repeat(46) })).toEqual([
      '46 characters in a title; 1 to 45 are allowed',
    ]);
    expect(findModalProblems(withLabel({ label: 'x'.repeat(46) }))).toEqual([
      '46 characters in a field label; 1 to 45 are allowed',
    ]);
    expect(findModalProblems(withLabel({ description: 'x'.repeat(101) }))).toEqual([
      '101 characters in a field description; 1 to 100 are allowed',
    ]);
    expect(findModalProblems(withLabel({ component: { ...input, max_length: 4001 } }))).toEqual([
      '4001 characters as the longest input; 1 to 4000 are allowed',
    ]);
  });
});
