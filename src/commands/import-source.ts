import { UserError } from '../base/errors.ts';
import type { AttachmentRef } from '../discord/define/options.ts';
import type { Context } from './define.ts';

/** What an import reads: a file, or text that was pasted. */
export interface Source<Defaults> {
  from: AttachmentRef | string;
  /** For lines that do not say it. */
  defaults: Defaults;
  /** The message that it stood in. */
  message?: { channelId: string; messageId: string };
}

/** The one of the two that a form brings. @throws UserError where it brings both or neither */
export function fileOrList({ file, list }: { file: AttachmentRef | undefined; list: string | undefined }) {
  if (file && list) throw new UserError('two_sources', 'There is a file and a pasted list.', 'Send one of the two.');
  const from = file ?? list;
  if (!from) throw new UserError('no_source', 'There is neither a file nor a pasted list.', 'Add one of the two.');
  return from;
}

/** A source as it is staged; pasted text has no name. */
export async function readSource<Defaults>({ services }: Context, { from, defaults, message }: Source<Defaults>) {
  const isPasted = typeof from === 'string';
  return {
    name: isPasted ? null : from.name,
    bytes: isPasted ? new TextEncoder().encode(from) : await services.attachments.read(from),
    defaults,
    source: message ?? null,
  };
}
