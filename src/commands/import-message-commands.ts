import { UserError } from '../base/errors.ts';
import { errorCard } from '../kit/error-card.ts';
import type { View } from '../kit/view.ts';
import { stageAccounts } from './account/stage-import.ts';
import { type Context, defineMessageCommand } from './define.ts';
import type { Source } from './import-source.ts';
import { stageProxies } from './proxy/import/stage-import.ts';

/** On a message with files or a pasted list: one preview per file. A file that cannot be read does not affect the others. */
function importMessageCommand(
  name: string,
  stage: (context: Context, source: Source<Record<never, never>>) => Promise<View>,
) {
  return defineMessageCommand({
    name,
    requires: 'operator',
    ack: 'public',
    async run(context, { id, channelId, content, attachments }) {
      const sources = attachments.length > 0 ? attachments : content.trim() ? [content] : [];
      if (sources.length === 0) {
        throw new UserError('nothing_to_import', 'That message has no file and no list.');
      }
      const message = { channelId, messageId: id };
      const previews: View[] = [];
      const refused: UserError[] = [];
      for (const from of sources) {
        try {
          previews.push(await stage(context, { from, defaults: {}, message }));
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          const which = sources.length > 1 && typeof from !== 'string' ? `${from.name}: ` : '';
          refused.push(new UserError(error.code, `${which}${error.message}`, error.hint));
        }
      }
      const [answer, ...others] = previews;
      if (!answer) throw refused[0];
      for (const view of others) context.followUp(view);
      for (const error of refused) context.followUp(errorCard(error), { isEphemeral: true });
      return answer;
    },
  });
}

export const importMessageCommands = [
  importMessageCommand('Import proxies', stageProxies),
  importMessageCommand('Import accounts', stageAccounts),
];
