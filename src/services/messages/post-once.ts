import type { Db } from '../../db/client.ts';
import { type Delivery, markPosted, markPosting } from '../../db/queries/messages/outbox.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { OpsChannel } from '../../domain/messages/ops-channel.ts';

/** Discord remembers a nonce for some minutes; after that the channel is searched. */
const NONCE_TRUSTED_MS = 2 * 60_000;

export interface NewPost {
  message: Message;
  channelId: string;
  replyTo?: string | undefined;
  isSilent?: boolean | undefined;
  isWatched: boolean;
  /** Whether its content never changes, so that one of an earlier attempt is not edited. */
  isFixed?: boolean;
}

/** Posts a message, unless an earlier attempt whose result is unknown has posted it, and records it. */
export async function postOnce(
  { db, channel }: { db: Db; channel: OpsChannel },
  { id, kind, posts, version, postingSince, postingForMs }: Delivery,
  { message, channelId, replyTo, isSilent, isWatched, isFixed = false }: NewPost,
): Promise<void> {
  await markPosting(db, id);
  const isForgotten = postingSince !== null && (postingForMs ?? 0) > NONCE_TRUSTED_MS;
  const found = isForgotten ? await channel.find(id, { channelId, since: postingSince }) : undefined;
  const options = { channelId, nonce: `${kind}-${id}-${posts}`, replyTo, isSilent };
  const messageId = found ?? (await channel.post(message, options));
  // A message that was found, or returned for the nonce, may show an older version, so it is edited next.
  const shown = isFixed || postingSince === null ? version : version - 1;
  await markPosted(db, id, { version: shown, isWatched, channelId, messageId });
}
