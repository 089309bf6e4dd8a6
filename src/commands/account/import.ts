import { fileField, textField } from '../../discord/define/modal.ts';
import { attachment, text } from '../../discord/define/options.ts';
import { defineId } from '../../kit/custom-id.ts';
import { defineCommand, defineModal } from '../define.ts';
import { fileOrList } from '../import-source.ts';
import { stageAccounts } from '../wrong-import.ts';

/** Opened if the command has no file; prefilled with its options. */
export const accountImportModal = defineModal({
  id: defineId('account_import.form', {}),
  title: 'Import accounts',
  fields: {
    file: fileField('File', { description: '.csv, .tsv, .txt, .json or .csv.gz, up to 25 MiB' }),
    list: textField('Or paste a list', {
      description: 'One username per line, or username, model, vps, label, notes',
      isLong: true,
      maxLength: 4000,
      placeholder: 'ann.one, Amber, vps-1',
    }),
    model: textField('Model', { description: 'Default for lines without one' }),
    vps: textField('VPS', { description: 'Default for lines without one' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, _params, { file, list, ...defaults }) {
    return stageAccounts(context, { from: fileOrList({ file, list }), defaults });
  },
});

export const importAccountsCommand = defineCommand({
  name: 'account import',
  description: 'Import accounts from a file or list and assign proxies',
  options: {
    file: attachment('File to import; without one, a modal opens', {}),
    model: text('Default model for lines without one', { autocomplete: 'model' }),
    vps: text('Default VPS for lines without one', { autocomplete: 'vps' }),
  },
  requires: 'operator',
  ack: 'public',
  modal: ({ file, ...defaults }) => (file ? undefined : async () => accountImportModal.open({}, defaults)),
  run: (context, { file, ...defaults }) =>
    stageAccounts(context, { from: fileOrList({ file, list: undefined }), defaults }),
});
