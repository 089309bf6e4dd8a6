import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import {
  claimCheck,
  claimDelivery,
  type Delivery,
  type DeliveryLimits,
  markAsNothingToSend,
  markEdited,
  markFailed,
  markMessageDeleted,
  waitForMute,
} from '../../db/queries/messages/outbox.ts';
import type { LostChannel } from '../../domain/incidents/incident.ts';
import type { Message, MessageKind } from '../../domain/messages/message.ts';
import { ChannelError, type OpsChannel } from '../../domain/messages/ops-channel.ts';
import { PeriodicTask } from '../shared/periodic-task.ts';
import type { MessageSources, MessageState } from './message-source.ts';
import { postOnce } from './post-once.ts';
import { deliverInThread, isInThread } from './thread-delivery.ts';

/** How messages follow each other. */
export interface DeliveryPace {
  /** How often the outbox is polled for what time alone makes due. What changes wakes the deliverer. */
  pollMs: number;
  /** Between two edits of one message. */
  editMs: number;
  /** Before the first retry of a message; each further one waits twice as long. */
  retryMs: number;
}

const PACE: DeliveryPace = { pollMs: 2_000, editMs: 5_000, retryMs: 1_000 };
/** Longer than a request may take. The messages of a process that dies are due again after it. */
const LEASE_MS = 20_000;
/** How often it is checked whether a quiet message is still there. */
const CHECK_EVERY_MS = 2 * 60_000;
/** Discord limits edits of messages older than an hour (error 30046); a minute is for clocks that differ. */
const EDITABLE_MS = 59 * 60_000;
const LAST_RETRY_MS = 60_000;
/** Problems that a person has to fix are retried less often, because Discord counts refused requests. */
const LAST_RETRY_REFUSED_MS = 10 * 60_000;
/** A rate limit that lasts longer is asked about again. */
const LONGEST_RETRY_MS = 15 * 60_000;

/**
 * Sends the messages of the outbox to the ops channel: first messages, their edits, and replies that replace messages too old to be
 * edited. At-least-once delivery: a message is recorded after it was sent. A nonce, or a search of the channel, keeps a retry from
 * appearing twice. Any number of processes may run one.
 */
export class MessageDeliverer {
  readonly #db: Db;
  readonly #channel: OpsChannel;
  readonly #sources: MessageSources;
  readonly #defaultChannelId: string;
  readonly #log: Logger;
  readonly #onDelivered: (kind: MessageKind, afterMs: number) => void;
  readonly #onChannelLost: (channelId: string, problem: LostChannel) => Promise<void>;
  readonly #pace: DeliveryPace;
  readonly #polling: PeriodicTask;

  constructor(deps: {
    db: Db;
    channel: OpsChannel;
    sources: MessageSources;
    opsChannelId: string;
    log: Logger;
    /** Told that a message is in the channel for the first time, so long after it was committed. */
    onDelivered?: (kind: MessageKind, afterMs: number) => void;
    /** Told that the channel of the settings does not exist or may not be used any more. */
    onChannelLost?: (channelId: string, problem: LostChannel) => Promise<void>;
    pace?: DeliveryPace;
  }) {
    this.#db = deps.db;
    this.#channel = deps.channel;
    this.#sources = deps.sources;
    this.#defaultChannelId = deps.opsChannelId;
    this.#log = deps.log;
    this.#onDelivered = deps.onDelivered ?? (() => undefined);
    this.#onChannelLost = deps.onChannelLost ?? (() => Promise.resolve());
    this.#pace = deps.pace ?? PACE;
    const run = (signal: AbortSignal) => this.#drain(signal);
    this.#polling = new PeriodicTask({
      run,
      pauseMs: this.#pace.pollMs,
      log: deps.log,
      failure: 'delivering messages failed',
    });
  }

  start(): void {
    this.#polling.start();
  }

  /** Checks the outbox now. */
  wake(): void {
    this.#polling.wake();
  }

  stop(): Promise<void> {
    return this.#polling.stop();
  }

  async #drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && ((await this.deliverOne()) || (await this.checkOne())));
  }

  get #limits(): DeliveryLimits {
    return { leaseMs: LEASE_MS, paceMs: this.#pace.editMs, retryMs: LONGEST_RETRY_MS };
  }

  /** Sends one due change of a message. @returns whether one was due */
  async deliverOne(): Promise<boolean> {
    const delivery = await claimDelivery(this.#db, this.#limits);
    const claimedAt = performance.now();
    if (!delivery) return false;
    try {
      const state = await this.#sources[delivery.kind](delivery);
      if (state) await this.#deliver(delivery, state, claimedAt);
      else await markAsNothingToSend(this.#db, delivery.id, delivery.version);
    } catch (error) {
      await this.#fail(delivery, error);
    }
    return true;
  }

  /** Checks whether a watched message still exists; a deleted one is sent again. @returns whether one was due */
  async checkOne(): Promise<boolean> {
    const posted = await claimCheck(this.#db, CHECK_EVERY_MS);
    if (!posted) return false;
    try {
      await this.#channel.check(posted);
    } catch (error) {
      const isGone = error instanceof ChannelError && (error.kind === 'message_gone' || error.kind === 'channel_gone');
      if (isGone) await this.#markDeleted(posted.id, posted.messageId, error.kind === 'channel_gone');
      else this.#log.warn({ err: error, id: posted.id }, 'a message could not be looked up in the channel');
    }
    return true;
  }

  async #markDeleted(id: number, messageId: string | null, isChannelGone = false): Promise<void> {
    this.#log.warn({ id, message: messageId }, 'a message was deleted in the channel; sending a new one');
    await markMessageDeleted(this.#db, id, { isChannelGone });
  }

  async #deliver(delivery: Delivery, state: MessageState, claimedAt: number): Promise<void> {
    const deps = { db: this.#db, channel: this.#channel, log: this.#log };
    const { message } = state;
    if (isInThread(message)) await deliverInThread(deps, delivery, { ...state, message });
    else await this.#deliverInChannel(delivery, state, claimedAt);
  }

  async #deliverInChannel(delivery: Delivery, state: MessageState, claimedAt: number): Promise<void> {
    const { message, posting, isFinal, isOnce } = state;
    const { id, version, posts } = delivery;
    const isWatched = !isFinal && !isOnce;
    const when = isOnce && posts > 0 ? 'never' : posting;
    if (await this.#edit(delivery, message)) {
      await markEdited(this.#db, id, { version, isWatched }, this.#pace.editMs);
    } else if (when === 'now') {
      await this.#post(delivery, state, isWatched);
      if (posts === 0) this.#onDelivered(delivery.kind, delivery.waitingMs + (performance.now() - claimedAt));
    } else if (when === 'never') {
      await markAsNothingToSend(this.#db, id, version);
    } else {
      await waitForMute(this.#db, id, when, this.#limits);
    }
  }

  /** @returns whether there is a message that can still be edited */
  async #edit({ messageId, channelId, postedAgoMs }: Delivery, message: Message): Promise<boolean> {
    const isYoung = postedAgoMs !== null && postedAgoMs < EDITABLE_MS;
    if (messageId === null || channelId === null || !isYoung) return false;
    try {
      await this.#channel.edit(message, { channelId, messageId });
      return true;
    } catch (error) {
      if (error instanceof ChannelError && error.kind === 'too_late') return false;
      throw error;
    }
  }

  async #post(
    delivery: Delivery,
    { message, successor = message, isSilent }: MessageState,
    isWatched: boolean,
  ): Promise<void> {
    const channelId = (await readAlertSettings(this.#db)).channelId ?? this.#defaultChannelId;
    const replyTo = replyTarget(delivery, channelId);
    const takesOver = delivery.messageId !== null && replyTo !== undefined;
    const post = { message: takesOver ? successor : message, channelId, replyTo, isSilent, isWatched };
    await postOnce({ db: this.#db, channel: this.#channel }, delivery, post);
  }

  async #fail(delivery: Delivery, error: unknown): Promise<void> {
    const { id, messageId, attempts, postingSince } = delivery;
    const failure = error instanceof ChannelError ? error : undefined;
    const kind = failure?.kind ?? 'unavailable';
    if (kind === 'message_gone') return this.#markDeleted(id, messageId);
    const problem = kind === 'too_late' || kind === 'thread_closed' ? 'unavailable' : kind;
    const longest = problem === 'unavailable' ? LAST_RETRY_MS : LAST_RETRY_REFUSED_MS;
    const backOffMs = Math.min(longest, this.#pace.retryMs * 2 ** attempts);
    const retryInMs = Math.min(LONGEST_RETRY_MS, Math.max(failure?.retryAfterMs ?? 0, backOffMs));
    this.#log.warn(
      { err: error, id, kind: delivery.kind, problem, retryInMs },
      'a message could not be delivered; trying again',
    );
    // If the channel is gone, so is its message.
    const isMessageLost = problem === 'channel_gone' || problem === 'no_access';
    // A refused post says nothing about an earlier post whose result is unknown.
    const isRefused = failure?.isRefused === true && postingSince === null;
    await markFailed(this.#db, id, { problem, retryInMs, isRefused, isMessageLost });
    const { channelId } = await readAlertSettings(this.#db);
    // An edit fails in the channel in which the message is, which may be an earlier one.
    const isOwn = channelId !== undefined && (messageId === null || delivery.channelId === channelId);
    if (isOwn && (problem === 'channel_gone' || problem === 'no_access')) await this.#onChannelLost(channelId, problem);
  }
}

/** The message that this one replaces, or the one that it is a reply to, if that is in the same channel. */
function replyTarget(
  { channelId, messageId, targetChannelId, targetMessageId }: Delivery,
  intoChannelId: string,
): string | undefined {
  if (messageId !== null) return channelId === intoChannelId ? messageId : undefined;
  return targetChannelId === intoChannelId ? (targetMessageId ?? undefined) : undefined;
}
