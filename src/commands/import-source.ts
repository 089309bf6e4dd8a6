import { UserError } from '../base/errors.ts';
import type { AttachmentRef } from '../discord/define/options.ts';
import type { Context } from './define.ts';

/** The source of an import: a file or pasted text. */
export interface Source<Defaults> {
  from: AttachmentRef | string;
  /** Values for lines that have none. */
  defaults: Defaults;
  /** The message that contains it. */
  message?: { channelId: string; messageId: string };
}

/** The file or the pasted list of a modal. @throws UserError if both or neither are given */
export function fileOrList({ file, list }: { file: AttachmentRef | undefined; list: string | undefined }) {
  if (file && list) throw new UserError('two_sources', 'Use either a file or a pasted list.', 'Remove one of them.');
  const from = file ?? list;
  if (!from) throw new UserError('no_source', 'The file and the list are empty.', 'Add a file or paste a list.');
  return from;
}

/** Reads a source for staging; pasted text has no name. */
export async function readSource<Defaults>({ services }: Context, { from, defaults, message }: Source<Defaults>) {
  const isPasted = typeof from === 'string';
  return {
    name: isPasted ? null : from.name,
    bytes: isPasted ? new TextEncoder().encode(from) : await services.attachments.read(from),
    defaults,
    source: message ?? null,
  };
}

/** An import that may have come from a message. */
interface SourcedImports<P> {
  preview(planId: number): Promise<P & { source: { channelId: string; messageId: string } | null }>;
  forgetSource(planId: number): Promise<P>;
}

/** Deletes the message that contained a list. @returns the preview without the offer to delete it */
export async function deleteSource<P>(context: Context, imports: SourcedImports<P>, planId: number): Promise<P> {
  const { source } = await imports.preview(planId);
  if (source) await context.deleteMessage(source.channelId, source.messageId);
  return imports.forgetSource(planId);
}
