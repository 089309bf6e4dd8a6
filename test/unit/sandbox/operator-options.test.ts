import { expect, test } from 'vitest';
import { submittedComponents } from '../../../sandbox/server/operator/modal.ts';
import { fillOptions } from '../../../sandbox/server/operator/options.ts';
import type { Attachment, Command, CommandOption, Modal } from '../../../sandbox/server/state/model.ts';

function called(...options: CommandOption[]) {
  return { command: {} as Command, chain: [], options };
}

const text = { type: 3, name: 'text', description: 'Text' };

test('a choice is sent as its value, by whatever name it is picked', () => {
  const withChoices = called({ ...text, choices: [{ name: 'HTTP', value: 'http' }] });
  expect(fillOptions(withChoices, { text: 'HTTP' })[0]?.value).toBe('http');
  expect(fillOptions(withChoices, { text: 'http' })[0]?.value).toBe('http');
});

test('an option that autocompletes takes anything, as Discord enforces nothing there', () => {
  expect(fillOptions(called({ ...text, autocomplete: true }), { text: 'no choice at all' })).toHaveLength(1);
});

test.each([
  [{ ...text }, 7, 'must be a text'],
  [{ ...text }, '', 'must not be empty'],
  [{ ...text, max_length: 3 }, 'four', 'at most 3'],
  [{ ...text, min_length: 3 }, 'ab', 'at least 3'],
  [{ ...text, type: 4 }, '7', 'must be a number'],
  [{ ...text, type: 10, max_value: 1 }, 1.5, 'at most 1'],
  [{ ...text, type: 5 }, 'yes', 'true or false'],
  [{ ...text, type: 11 }, 'a.csv', 'must be a file'],
])('%o does not take %o', (option, value, problem) => {
  expect(() => fillOptions(called(option), { text: value })).toThrow(problem);
});

const modal: Modal = {
  customId: 'f',
  title: 'F',
  components: [
    { type: 18, id: 1, label: 'Name', component: { type: 4, id: 2, custom_id: 'name', style: 1, max_length: 5 } },
    {
      type: 18,
      id: 3,
      label: 'File',
      component: { type: 19, id: 4, custom_id: 'file', required: false, file_types: ['.csv'] },
    },
    {
      type: 18,
      id: 5,
      label: 'Kind',
      component: {
        type: 3,
        id: 6,
        custom_id: 'kind',
        options: [
          { label: 'One', value: '1', default: true },
          { label: 'Two', value: '2' },
        ],
      },
    },
    { type: 18, id: 7, label: 'Sure', component: { type: 23, id: 8, custom_id: 'sure' } },
  ],
};

const keep = async ({ name }: { name: string }) => ({ id: `id of ${name}` }) as Attachment;

test('a modal is sent as a tree, with the preselected options of unchanged fields', async () => {
  const { components } = await submittedComponents(modal, { name: 'Otto', file: { name: 'a.csv', data: '' } }, keep);
  expect(components.map((label) => label.component)).toEqual([
    { type: 4, id: 2, custom_id: 'name', value: 'Otto' },
    { type: 19, id: 4, custom_id: 'file', values: ['id of a.csv'] },
    { type: 3, id: 6, custom_id: 'kind', values: ['1'] },
    { type: 23, id: 8, custom_id: 'sure', value: false },
  ]);
});

test.each([
  [{}, 'The field "Name" is required'],
  [{ name: 'too long' }, 'at most 5'],
  [{ name: 'x', file: { name: 'a.exe', data: '' } }, 'accepts .csv, not a.exe'],
  [{ name: 'x', file: [1, 2].map((n) => ({ name: `${n}.csv`, data: '' })) }, 'must have at most 1'],
  [{ name: 'x', kind: 'Three' }, 'it has: One, Two'],
  [{ name: 'x', nonsense: 'x' }, 'no field "nonsense"'],
])('%o is not let pass', async (values, problem) => {
  await expect(submittedComponents(modal, values, keep)).rejects.toThrow(problem);
});
