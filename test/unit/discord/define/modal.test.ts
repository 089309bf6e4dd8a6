import { expect, test } from 'vitest';
import {
  checkboxField,
  choiceField,
  fileField,
  modalPayload,
  textField,
} from '../../../../src/discord/define/modal.ts';

const FIELDS = {
  notes: textField('Notes', { isLong: true, maxLength: 500, placeholder: 'Anything' }),
  name: textField('Name', { description: 'As it is shown' }),
  kind: choiceField('Kind', ['http', 'socks5'], {}),
  file: fileField('File', {}),
  sure: checkboxField('Sure', {}),
};

test('a form is shown as a label with a component for each field, filled in with what is known', () => {
  const payload = modalPayload('edit:1', 'Edit', FIELDS, { name: 'acme', kind: 'http', sure: 'yes' });
  expect(JSON.parse(JSON.stringify(payload))).toEqual({
    custom_id: 'edit:1',
    title: 'Edit',
    components: [
      {
        type: 18,
        label: 'Notes',
        component: {
          type: 4,
          custom_id: 'notes',
          style: 2,
          required: false,
          max_length: 500,
          placeholder: 'Anything',
        },
      },
      {
        type: 18,
        label: 'Name',
        description: 'As it is shown',
        component: { type: 4, custom_id: 'name', style: 1, required: false, max_length: 100, value: 'acme' },
      },
      {
        type: 18,
        label: 'Kind',
        component: {
          type: 3,
          custom_id: 'kind',
          required: false,
          min_values: 0,
          max_values: 1,
          options: [
            { label: 'http', value: 'http', default: true },
            { label: 'socks5', value: 'socks5', default: false },
          ],
        },
      },
      {
        type: 18,
        label: 'File',
        component: { type: 19, custom_id: 'file', required: false, min_values: 0, max_values: 1 },
      },
      { type: 18, label: 'Sure', component: { type: 23, custom_id: 'sure', default: true } },
    ],
  });
});

test('a prefill that is too long is a user error, and a modal that Discord would reject is a bug', () => {
  const prefill = { name: 'x'.repeat(101) };
  expect(() => modalPayload('edit:1', 'Edit', FIELDS, prefill)).toThrow('Name must be at most 100 characters.');
  expect(() => modalPayload('edit:1', 'x'.repeat(46), FIELDS, {})).toThrow();
  expect(() => modalPayload('edit:1', 'Edit', {}, {})).toThrow();
  expect(() => modalPayload('edit:1', 'Edit', { name: textField('x'.repeat(46), {}) }, {})).toThrow();
});
