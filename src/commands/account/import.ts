import { fileField, textField } from '../../discord/define/modal.ts';
import { attachment, text } from '../../discord/define/options.ts';
import { defineId } from '../../kit/custom-id.ts';
import { defineCommand, defineModal } from '../define.ts';
import { fileOrList } from '../import-source.ts';
import { stageAccounts } from './stage-import.ts';

/** Opened where no file came with the command, whose options are prefilled. */
export const accountImportModal = defineModal({
  id: defineId('account_import.form', {}),
  title: 'Import accounts',
  fields: {
    file: fileField('File', { description: '.csv, .tsv, .txt, .json or .csv.gz, up to 25 MiB' }),
    list: textField('Or paste a list', {
      description: 'One username a line, or username, model, vps, label, notes',
      isLong: true,
      maxLength: 4000,
      placeholder: 'ann.one, Amber, vps-1',
    }),
    model: textField('Model', { description: 'For lines that name none' }),
    vps: textField('VPS', { description: 'For lines that name none' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, _params, { file, list, ...defaults }) {
    return stageAccounts(context, { from: fileOrList({ file, list }), defaults });
  },
});

export const importAccountsCommand = defineCommand({
  name: 'account import',
  description: 'Read accounts from a file or a pasted list, and give them proxies',
  options: {
    file: attachment('The file; without one a form opens', {}),
    model: text('For lines that name no model', { autocomplete: 'model' }),
    vps: text('For lines that name no VPS', { autocomplete: 'vps' }),
  },
  requires: 'operator',
  ack: 'public',
  modal: ({ file, ...defaults }) => (file ? undefined : async () => accountImportModal.open({}, defaults)),
  run: (context, { file, ...defaults }) =>
    stageAccounts(context, { from: fileOrList({ file, list: undefined }), defaults }),
});
