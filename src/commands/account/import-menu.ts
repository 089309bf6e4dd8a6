import { UserError } from '../../errors.ts';
import { defineMessageMenu } from '../define.ts';
import { stageAccounts } from './stage-import.ts';

/** On a message with files, or with a pasted list: one preview a file. */
export const accountImportMenu = defineMessageMenu({
  name: 'Import accounts',
  requires: 'operator',
  ack: 'public',
  async run(context, { id, channelId, content, attachments }) {
    const sources = attachments.length > 0 ? attachments : content.trim() ? [content] : [];
    const [first, ...others] = sources;
    if (!first) throw new UserError('nothing_to_import', 'That message has neither a file nor a list.');
    const message = { channelId, messageId: id };
    const answer = await stageAccounts(context, { from: first, defaults: {}, message });
    for (const from of others) context.followUp(await stageAccounts(context, { from, defaults: {}, message }));
    return answer;
  },
});
