import { z } from 'zod';
import { fileField, textField } from '../../../discord/define/modal.ts';
import { attachment, choice, text } from '../../../discord/define/options.ts';
import { PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import { defineId } from '../../../kit/custom-id.ts';
import { defineCommand, defineModal } from '../../define.ts';
import { fileOrList } from '../../import-source.ts';
import { stageProxies } from './stage-import.ts';

const NO_TYPE = 'any';

/** Opened if the command has no file. Prefilled with its options, except for the type, which is part of the id. */
export const importModal = defineModal({
  id: defineId('import.form', { type: z.enum([...PROXY_TYPES, NO_TYPE]) }),
  title: 'Import proxies',
  fields: {
    file: fileField('File', { description: '.csv, .tsv, .txt, .json or .csv.gz, up to 25 MiB' }),
    list: textField('Or paste a list', {
      description: 'One proxy per line, up to 4,000 characters; use a file for more',
      isLong: true,
      maxLength: 4000,
      placeholder: '203.0.113.7:8080:user:password',
    }),
    provider: textField('Provider', { description: 'Default for lines without one' }),
    country: textField('Country', {
      description: 'Default for lines without one; two letters, such as DE',
      maxLength: 2,
    }),
    label: textField('Label', { description: 'Default for lines without one' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, { type }, { file, list, ...defaults }) {
    return stageProxies(context, {
      from: fileOrList({ file, list }),
      defaults: { ...defaults, type: type === NO_TYPE ? undefined : type },
    });
  },
});

export const importCommand = defineCommand({
  name: 'proxy import',
  description: 'Import proxies from a file or a pasted list',
  options: {
    file: attachment('File to import; without one, a modal opens', {}),
    type: choice('Default type for lines without one', PROXY_TYPES, {}),
    provider: text('Default provider for lines without one', { autocomplete: 'provider' }),
    country: text('Default country for lines without one, such as DE', { autocomplete: 'country' }),
    label: text('Default label for lines without one', {}),
  },
  requires: 'operator',
  ack: 'public',
  modal: ({ file, type, ...prefill }) =>
    file ? undefined : async () => importModal.open({ type: type ?? NO_TYPE }, prefill),
  run: (context, { file, ...defaults }) =>
    stageProxies(context, { from: fileOrList({ file, list: undefined }), defaults }),
});
