import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import {
  claimCheck,
  claimDelivery,
  type Delivery,
  markAsNothingToSend,
  markEdited,
  markFailed,
  markMessageDeleted,
  markPosted,
  markPosting,
  postponeDelivery,
} from '../../db/queries/alerts/alert-outbox.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import type { Alert } from '../../domain/incidents/incident.ts';
import { ChannelError, type OpsChannel } from '../../domain/incidents/ops-channel.ts';
import { PeriodicTask } from '../shared/periodic-task.ts';
import { describeAlert } from './describe-alert.ts';

/** How often it looks for something to send, when there was nothing. */
const POLL_MS = 500;
/** Longer than a request may take; a process that dies lets go of its alert after it. */
const LEASE_MS = 20_000;
/** Between two edits of one message. */
const EDIT_PACE_MS = 5_000;
/** How often it looks whether the message of a quiet open alert is still there. */
const CHECK_EVERY_MS = 2 * 60_000;
/** Discord bounds edits of messages older than an hour (error 30046); a minute is for clocks that differ. */
const EDITABLE_MS = 59 * 60_000;
/** Discord remembers a nonce for some minutes; after that the channel is searched. */
const NONCE_TRUSTED_MS = 2 * 60_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** What a person has to put right is tried less often: Discord counts requests that it refuses. */
const LAST_RETRY_REFUSED_MS = 10 * 60_000;

/**
 * Brings alerts to the ops channel: each one's first message, its edits, and what replies where a message is too old to be edited.
 * What is sent is noted after it was sent, so that a crash repeats and never loses; a nonce, or a look into the channel, keeps the
 * repetition from being seen. Any number of processes may run one.
 */
export class AlertDeliverer {
  readonly #db: Db;
  readonly #channel: OpsChannel;
  readonly #defaultChannelId: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #polling: PeriodicTask;

  constructor(deps: { db: Db; channel: OpsChannel; opsChannelId: string; log: Logger; now?: () => number }) {
    this.#db = deps.db;
    this.#channel = deps.channel;
    this.#defaultChannelId = deps.opsChannelId;
    this.#log = deps.log;
    this.#now = deps.now ?? Date.now;
    const run = (signal: AbortSignal) => this.#drain(signal);
    this.#polling = new PeriodicTask({ run, pauseMs: POLL_MS, log: deps.log, failure: 'delivering alerts failed' });
  }

  start(): void {
    this.#polling.start();
  }

  stop(): Promise<void> {
    return this.#polling.stop();
  }

  async #drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && ((await this.deliverOne()) || (await this.checkOne())));
  }

  /** Sends what is due of one alert. @returns whether one was due */
  async deliverOne(): Promise<boolean> {
    const delivery = await claimDelivery(this.#db, LEASE_MS);
    if (!delivery) return false;
    try {
      const alert = await describeAlert(this.#db, delivery.id);
      if (alert) await this.#deliver(delivery, alert);
    } catch (error) {
      await this.#fail(delivery, error);
    }
    return true;
  }

  /** Looks whether the message of an open alert is still there; one that somebody deleted is sent again. @returns whether one was due */
  async checkOne(): Promise<boolean> {
    const message = await claimCheck(this.#db, CHECK_EVERY_MS);
    if (!message) return false;
    try {
      await this.#channel.look(message);
    } catch (error) {
      const isGone = error instanceof ChannelError && (error.kind === 'message_gone' || error.kind === 'channel_gone');
      if (isGone) await this.#markMessageDeleted(message.id, message.messageId);
    }
    return true;
  }

  async #markMessageDeleted(id: number, messageId: string | null): Promise<void> {
    this.#log.warn({ alert: id, message: messageId }, 'the message of an alert was deleted; sending a new one');
    await markMessageDeleted(this.#db, id);
  }

  async #deliver(delivery: Delivery, alert: Alert): Promise<void> {
    const { id, version, messageId } = delivery;
    if (await this.#edit(delivery, alert)) {
      await markEdited(this.#db, id, version, EDIT_PACE_MS);
    } else if (alert.mutedUntil === null) {
      await this.#post(delivery, alert, messageId ?? undefined);
    } else if (delivery.isClosed) {
      await markAsNothingToSend(this.#db, id, version);
    } else {
      await postponeDelivery(this.#db, id, alert.mutedUntil);
    }
  }

  /** @returns whether there is a message that can still be edited */
  async #edit({ messageId, channelId, postedAt }: Delivery, alert: Alert): Promise<boolean> {
    const isYoung = postedAt !== null && this.#now() - postedAt.getTime() < EDITABLE_MS;
    if (messageId === null || channelId === null || !isYoung) return false;
    try {
      await this.#channel.edit(alert, { channelId, messageId });
      return true;
    } catch (error) {
      if (error instanceof ChannelError && error.kind === 'too_late') return false;
      throw error;
    }
  }

  async #post(delivery: Delivery, alert: Alert, replyTo: string | undefined): Promise<void> {
    const { id, posts, postingSince } = delivery;
    const channelId = (await readAlertSettings(this.#db)).channelId ?? this.#defaultChannelId;
    await markPosting(this.#db, id);
    const isForgotten = postingSince !== null && this.#now() - postingSince.getTime() > NONCE_TRUSTED_MS;
    const found = isForgotten ? await this.#channel.find(id, { channelId, since: postingSince }) : undefined;
    const reply = replyTo !== undefined && delivery.channelId === channelId ? { replyTo } : {};
    const messageId =
      found ?? (await this.#channel.post(alert, { channelId, nonce: `alert-${id}-${posts}`, ...reply }));
    // What was found, or given back for the nonce, may say what the alert was before: it is edited next.
    const version = postingSince === null ? delivery.version : delivery.version - 1;
    await markPosted(this.#db, id, { version, channelId, messageId });
  }

  async #fail(delivery: Delivery, error: unknown): Promise<void> {
    const { id, messageId, attempts, postingSince } = delivery;
    const failure = error instanceof ChannelError ? error : undefined;
    const kind = failure?.kind ?? 'unavailable';
    if (kind === 'message_gone') return this.#markMessageDeleted(id, messageId);
    const problem = kind === 'too_late' ? 'unavailable' : kind;
    const longest = problem === 'unavailable' ? LAST_RETRY_MS : LAST_RETRY_REFUSED_MS;
    const backOffMs = Math.min(longest, FIRST_RETRY_MS * 2 ** attempts);
    const retryInMs = Math.max(failure?.retryAfterMs ?? 0, backOffMs);
    this.#log.warn({ err: error, alert: id, problem, retryInMs }, 'an alert could not be delivered; retrying');
    // A message in a channel that is gone is gone too; elsewhere it is still to be edited.
    const isMessageLost = problem === 'channel_gone' || problem === 'no_access';
    // That this post was refused says nothing of an earlier one whose end is not known.
    const isRefused = failure?.isRefused === true && postingSince === null;
    await markFailed(this.#db, id, { problem, retryInMs, isRefused, isMessageLost });
  }
}
