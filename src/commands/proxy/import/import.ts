import { z } from 'zod';
import { fileField, textField } from '../../../discord/define/modal.ts';
import { attachment, choice, text } from '../../../discord/define/options.ts';
import { PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import { defineId } from '../../../kit/custom-id.ts';
import { defineCommand, defineModal } from '../../define.ts';
import { fileOrList } from '../../import-source.ts';
import { stageProxies } from './stage-import.ts';

const NO_TYPE = 'any';

/** Opened where no file came with the command. Its options are prefilled; the type has no field and travels in the id. */
export const importModal = defineModal({
  id: defineId('import.form', { type: z.enum([...PROXY_TYPES, NO_TYPE]) }),
  title: 'Import proxies',
  fields: {
    file: fileField('File', { description: '.csv, .tsv, .txt, .json or .csv.gz, up to 25 MiB' }),
    list: textField('Or paste a list', {
      description: 'One proxy a line, up to 4,000 characters; a file for more',
      isLong: true,
      maxLength: 4000,
      placeholder: '203.0.113.7:8080:user:password',
    }),
    provider: textField('Provider', { description: 'For lines that name none' }),
    country: textField('Country', { description: 'Two letters, such as DE, for lines that name none', maxLength: 2 }),
    label: textField('Label', { description: 'For lines that have none' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, { type }, { file, list, ...said }) {
    return stageProxies(context, {
      from: fileOrList({ file, list }),
      defaults: { ...said, type: type === NO_TYPE ? undefined : type },
    });
  },
});

export const importCommand = defineCommand({
  name: 'proxy import',
  description: 'Read proxies from a file or a pasted list',
  options: {
    file: attachment('The file; without one a form opens', {}),
    type: choice('For lines that name no type', PROXY_TYPES, {}),
    provider: text('For lines that name none', { autocomplete: 'provider' }),
    country: text('For lines that name none, such as DE', { autocomplete: 'country' }),
    label: text('For lines that have none', {}),
  },
  requires: 'operator',
  ack: 'public',
  modal: ({ file, type, ...prefill }) =>
    file ? undefined : async () => importModal.open({ type: type ?? NO_TYPE }, prefill),
  run: (context, { file, ...defaults }) =>
    stageProxies(context, { from: fileOrList({ file, list: undefined }), defaults }),
});
