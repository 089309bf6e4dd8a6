import { z } from 'zod';
import { type Field, fileField, textField } from '../../../discord/define/modal.ts';
import { attachment, choice, type Option, text } from '../../../discord/define/options.ts';
import { DEFAULT_KEYS, type DefaultKey, detail, nounOf } from '../../../domain/proxies/fields.ts';
import { PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import { defineId } from '../../../kit/custom-id.ts';
import type { AutocompleteName } from '../../autocomplete.ts';
import { defineCommand, defineModal } from '../../define.ts';
import { fileOrList } from '../../import-source.ts';
import { stageProxies } from '../../wrong-import.ts';

const NO_TYPE = 'any';

/** Fields that can be said once for all lines without them: as options, and in the modal. */
const defaultOptions = Object.fromEntries(
  DEFAULT_KEYS.map((key) => {
    const { label, hint, kind, filter: autocomplete } = detail(key);
    const description = `Default ${nounOf({ label })} for lines without one${hint ? `, ${hint}` : ''}`;
    return [key, text(description, { maxLength: kind.maxChars, ...(autocomplete && { autocomplete }) })];
  }),
) as Record<DefaultKey, Option<string | undefined, AutocompleteName>>;
const defaultFields = Object.fromEntries(
  DEFAULT_KEYS.map((key) => {
    const { label, hint, kind } = detail(key);
    const description = `Default for lines without one${hint ? `, ${hint}` : ''}`;
    return [key, textField(label, { description, maxLength: kind.maxChars })];
  }),
) as Record<DefaultKey, Field<string | undefined>>;

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
    ...defaultFields,
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
    ...defaultOptions,
  },
  requires: 'operator',
  ack: 'public',
  modal: ({ file, type, ...prefill }) =>
    file ? undefined : async () => importModal.open({ type: type ?? NO_TYPE }, prefill),
  run: (context, { file, ...defaults }) =>
    stageProxies(context, { from: fileOrList({ file, list: undefined }), defaults }),
});
