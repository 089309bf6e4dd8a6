import { UserError } from '../base/errors.ts';
import { sum } from '../domain/sum.ts';
import { errorCard } from '../kit/error-card.ts';
import type { View } from '../kit/view.ts';
import { showAccountImport } from './account/stage-import.ts';
import { type Context, defineMessageCommand } from './define.ts';
import { readSource, type Source } from './import-source.ts';
import { showImport } from './proxy/import/stage-import.ts';
import { stageAccounts, stageProxies } from './wrong-import.ts';

type StagedFile = Awaited<ReturnType<typeof readSource<Record<never, never>>>>;

/** A kind of import from a message: how a file is staged, and how its preview is shown. */
interface Imported<P> {
  name: string;
  /** The contents of a list, in the plural. */
  things: string;
  /** Stages the only list of a message, with the offer of another kind of import. */
  stageOrOffer(context: Context, source: Source<Record<never, never>>): Promise<View>;
  stage(context: Context, file: StagedFile): Promise<P>;
  show(context: Context, preview: P): Promise<View>;
}

type Counted = { counts: Readonly<Record<string, number>> };

const hasRows = ({ counts: { invalid = 0, ...others } }: Counted) => sum(Object.values(others)) > 0 || invalid === 0;

/**
 * On a message with files, a pasted list, or both: one preview for each. What cannot be read does not affect the others and is named
 * to the caller. A text beside files is often no list but a remark.
 */
function importMessageCommand<P extends Counted>({ name, things, stage, show, stageOrOffer }: Imported<P>) {
  return defineMessageCommand({
    name,
    requires: 'operator',
    ack: 'public',
    async run(context, { id, channelId, content, attachments }) {
      const sources = [...attachments, ...(content.trim() ? [content] : [])];
      if (sources.length === 0) {
        throw new UserError('nothing_to_import', 'That message has no file and no list.');
      }
      const message = { channelId, messageId: id };
      const [only, ...more] = sources;
      if (only && more.length === 0) return stageOrOffer(context, { from: only, defaults: {}, message });
      const previews: View[] = [];
      const refused: UserError[] = [];
      for (const from of sources) {
        const isRemark = typeof from === 'string' && attachments.length > 0;
        try {
          const preview = await stage(context, await readSource(context, { from, defaults: {}, message }));
          if (isRemark && !hasRows(preview)) throw noList(things);
          const view = await show(context, preview);
          previews.push(hasRows(preview) ? view : { ...view, audience: 'caller' });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          refused.push(of(from, error));
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

const noList = (things: string) => new UserError('nothing_to_import', `It contains no ${things} and was left out.`);

/** The error with the part of the message that it is about. */
function of(from: Source<unknown>['from'], { code, message, hint }: UserError): UserError {
  return new UserError(code, `${typeof from === 'string' ? 'Text of the message' : from.name}: ${message}`, hint);
}

export const importMessageCommands = [
  importMessageCommand({
    name: 'Import proxies',
    things: 'proxies',
    stageOrOffer: stageProxies,
    stage: ({ actor, services }, file) => services.imports.stage(actor, file),
    show: showImport,
  }),
  importMessageCommand({
    name: 'Import accounts',
    things: 'accounts',
    stageOrOffer: stageAccounts,
    stage: ({ actor, services }, file) => services.accountImports.stage(actor, file),
    show: showAccountImport,
  }),
];
