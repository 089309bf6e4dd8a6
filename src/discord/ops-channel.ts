import {
  type APIMessage,
  type APIThreadChannel,
  type Client,
  DiscordAPIError,
  MessageFlags,
  RateLimitError,
  type RawFile,
  RESTJSONErrorCodes,
  Routes,
  SnowflakeUtil,
  ThreadAutoArchiveDuration,
} from 'discord.js';
import type { Message } from '../domain/messages/message.ts';
import {
  ChannelError,
  type OpsChannel,
  type PostedMessage,
  type PostOptions,
  type ThreadMessage,
} from '../domain/messages/ops-channel.ts';
import { findViewProblems } from '../kit/limits/view-problems.ts';
import type { View } from '../kit/view.ts';
import { EdgeAnswerError } from './connection/edge.ts';
import { markOf, withMark } from './message-mark.ts';

/** A longer request is aborted; discord.js would otherwise wait for as long as a rate limit lasts. */
const REQUEST_TIMEOUT_MS = 15_000;
const SEARCHED_MESSAGES = 100;
/** Tolerated difference between Discord's clock and ours. */
const CLOCK_SKEW_MS = 30_000;

const KINDS = new Map<number | string, ChannelError['kind']>([
  [RESTJSONErrorCodes.UnknownMessage, 'message_gone'],
  [RESTJSONErrorCodes.UnknownChannel, 'channel_gone'],
  [RESTJSONErrorCodes.MissingAccess, 'no_access'],
  [RESTJSONErrorCodes.MissingPermissions, 'no_access'],
  [RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached, 'too_late'],
  // A post opens an archived thread again, but only with Manage Threads if the thread is locked.
  [RESTJSONErrorCodes.InvalidActionOnArchivedThread, 'thread_closed'],
  [RESTJSONErrorCodes.ThreadLocked, 'thread_closed'],
  [RESTJSONErrorCodes.MaximumActiveThreads, 'thread_closed'],
]);

/** The ops channel, written through a logged-in client. */
export class DiscordOpsChannel implements OpsChannel {
  readonly #client: Client<true>;
  readonly #render: (message: Message) => Promise<View>;
  readonly #threadName: (message: ThreadMessage) => string;

  constructor(deps: {
    client: Client<true>;
    render: (message: Message) => Promise<View>;
    /** The name of the thread of which this is the first message, at most 100 characters. */
    threadName: (message: ThreadMessage) => string;
  }) {
    this.#client = deps.client;
    this.#render = deps.render;
    this.#threadName = deps.threadName;
  }

  async post(message: Message, { channelId, nonce, replyTo, isSilent }: PostOptions): Promise<string> {
    const reference = replyTo && { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
    const { body, files } = await this.#payload(message);
    const flags = body.flags | (isSilent ? MessageFlags.SuppressNotifications : 0);
    const whole = { ...body, flags, nonce, enforce_nonce: true, ...reference };
    const posted = await this.#request((signal) =>
      this.#client.rest.post(Routes.channelMessages(channelId), { body: whole, files, signal }),
    );
    return (posted as APIMessage).id;
  }

  async edit(message: Message, { channelId, messageId }: PostedMessage): Promise<void> {
    const { body, files } = await this.#payload(message);
    // Discord removes the files of the message that are not listed here.
    const whole = { ...body, attachments: files.map(({ name }, index) => ({ id: String(index), filename: name })) };
    await this.#request((signal) =>
      this.#client.rest.patch(Routes.channelMessage(channelId, messageId), { body: whole, files, signal }),
    );
  }

  async startThread(first: ThreadMessage, { channelId, messageId }: PostedMessage): Promise<string> {
    const body = { name: this.#threadName(first), auto_archive_duration: ThreadAutoArchiveDuration.ThreeDays };
    try {
      const thread = await this.#request((signal) =>
        this.#client.rest.post(Routes.threads(channelId, messageId), { body, signal }),
      );
      return (thread as APIThreadChannel).id;
    } catch (error) {
      // An earlier request whose answer was lost, or a member, has started it. It has the id of its message.
      if (error instanceof ChannelError && hasThreadAlready(error.cause)) return messageId;
      throw error;
    }
  }

  async check({ channelId, messageId }: PostedMessage): Promise<void> {
    await this.#request((signal) => this.#client.rest.get(Routes.channelMessage(channelId, messageId), { signal }));
  }

  async find(id: Message['id'], { channelId, since }: { channelId: string; since: Date }): Promise<string | undefined> {
    const after = SnowflakeUtil.generate({ timestamp: since.getTime() - CLOCK_SKEW_MS }).toString();
    const query = new URLSearchParams({ after, limit: String(SEARCHED_MESSAGES) });
    const messages = (await this.#request((signal) =>
      this.#client.rest.get(Routes.channelMessages(channelId), { query, signal }),
    )) as APIMessage[];
    const isMine = ({ author, components }: APIMessage) =>
      author.id === this.#client.user.id && components?.some((component) => component.id === markOf(id));
    return messages.find(isMine)?.id;
  }

  async #payload(message: Message): Promise<{ body: { flags: number } & Record<string, unknown>; files: RawFile[] }> {
    const view = withMark(await this.#render(message), message.id);
    const problems = findViewProblems(view);
    if (problems.length > 0) {
      const cause = new Error(`Discord would reject this: ${problems.join('; ')}`);
      throw new ChannelError('refused', { cause, isRefused: true });
    }
    const body = {
      components: view.components,
      flags: MessageFlags.IsComponentsV2,
      allowed_mentions: allowedMentions(message),
    };
    return { body, files: (view.files ?? []).map(({ name, data }) => ({ name, data })) };
  }

  async #request(send: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    // A request queued behind a rate limit notices its signal only when it is about to be sent, so the timeout is raced here.
    const timeout = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      return await Promise.race([send(signal), timeout]);
    } catch (error) {
      throw asChannelError(error);
    }
  }
}

/** The one message that can mention anybody is the escalation of an incident: its role. */
function allowedMentions(message: Message): { parse: [] } | { roles: [string] } {
  return message.kind === 'escalation' && message.content.roleId !== null
    ? { roles: [message.content.roleId] }
    : { parse: [] };
}

const hasThreadAlready = (error: unknown) =>
  error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage;

function asChannelError(cause: unknown): ChannelError {
  if (cause instanceof RateLimitError) {
    // Edits alone have to wait for minutes only if the message is older than an hour (error 30046).
    const kind = cause.method === 'PATCH' && !cause.global ? 'too_late' : 'unavailable';
    return new ChannelError(kind, { cause, isRefused: true, retryAfterMs: cause.retryAfter });
  }
  if (cause instanceof EdgeAnswerError) {
    const { retryAfterMs } = cause;
    return new ChannelError(retryAfterMs === undefined ? 'refused' : 'unavailable', {
      cause,
      isRefused: true,
      retryAfterMs,
    });
  }
  if (!(cause instanceof DiscordAPIError) || cause.status >= 500) {
    return new ChannelError('unavailable', { cause, isRefused: false });
  }
  return new ChannelError(KINDS.get(cause.code) ?? 'refused', { cause, isRefused: true });
}
