import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import {
  type Delivery,
  markAsNothingToSend,
  markMessageDeleted,
  markThread,
  markThreadDeleted,
  postponeDelivery,
} from '../../db/queries/messages/outbox.ts';
import type { Message } from '../../domain/messages/message.ts';
import { ChannelError, type OpsChannel, THREAD_KINDS, type ThreadMessage } from '../../domain/messages/ops-channel.ts';
import type { MessageState } from './message-source.ts';
import { postOnce } from './post-once.ts';

/** A message that Discord refuses for other reasons than a permission is tried so often: it may be a page in front of Discord. */
const REFUSED_ATTEMPTS = 10;

/** A message that is due at once, whatever the clocks of this process and of the database say. */
const AT_ONCE = new Date(0);

interface Deps {
  db: Db;
  channel: OpsChannel;
  log: Logger;
}

type ThreadState = MessageState & { message: ThreadMessage };

/** Whether a message is posted in the thread of the message that it is about. */
export const isInThread = (message: Message): message is ThreadMessage =>
  THREAD_KINDS.some((kind) => kind === message.kind);

/**
 * Posts a message in the thread of its target, which it starts if there is none. What the thread does not take is not sent, since the
 * message of the incident says the same.
 *
 * @throws ChannelError if it is to be tried again
 */
export async function deliverInThread(deps: Deps, delivery: Delivery, state: ThreadState): Promise<void> {
  const { id, version, isTargetThreadGone } = delivery;
  const isWanted = state.posting === 'now' && isTargetThreadGone !== true;
  const threadId = isWanted ? await threadOf(deps, delivery, state.message) : null;
  if (threadId === undefined) await postponeDelivery(deps.db, id, AT_ONCE);
  else if (threadId === null || !(await post(deps, delivery, { ...state, threadId })))
    await markAsNothingToSend(deps.db, id, version);
}

/** @returns the thread; null if there is none, and undefined if the target has to be sent again before */
async function threadOf(
  { db, channel, log }: Deps,
  delivery: Delivery,
  message: ThreadMessage,
): Promise<string | null | undefined> {
  const { replyTo, targetThreadId, targetChannelId: channelId, targetMessageId: messageId } = delivery;
  if (targetThreadId !== null) return targetThreadId;
  if (replyTo === null || channelId === null || messageId === null) return null;
  try {
    const threadId = await channel.startThread(message, { channelId, messageId });
    await markThread(db, replyTo, threadId);
    return threadId;
  } catch (error) {
    if (!isAnswered(error, delivery)) throw error;
    log.warn({ err: error, id: replyTo }, 'the thread of a message could not be started');
    const isChannelGone = error.kind === 'channel_gone';
    const isLost = isChannelGone || error.kind === 'message_gone';
    if (!isLost || delivery.isTargetWatched !== true) return null;
    await markMessageDeleted(db, replyTo, { isChannelGone });
    return undefined;
  }
}

/** @returns whether the thread took the message */
async function post(
  deps: Deps,
  delivery: Delivery,
  { message, isSilent, threadId }: ThreadState & { threadId: string },
): Promise<boolean> {
  try {
    await postOnce(deps, delivery, { message, channelId: threadId, isSilent, isWatched: false, isFixed: true });
    return true;
  } catch (error) {
    if (!isAnswered(error, delivery)) throw error;
    deps.log.warn({ err: error, id: delivery.id, thread: threadId }, 'a thread did not take a message');
    if (error.kind === 'channel_gone' && delivery.replyTo !== null) await markThreadDeleted(deps.db, delivery.replyTo);
    return false;
  }
}

/** Whether Discord has said that the message cannot be sent there, so that trying again is of no use. */
function isAnswered(error: unknown, { attempts }: Delivery): error is ChannelError {
  if (!(error instanceof ChannelError) || error.kind === 'unavailable' || error.kind === 'too_late') return false;
  return error.kind !== 'refused' || attempts >= REFUSED_ATTEMPTS;
}
