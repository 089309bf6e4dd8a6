import type { Message } from '../../src/domain/messages/message.ts';
import {
  ChannelError,
  type OpsChannel,
  type PostedMessage,
  type PostOptions,
} from '../../src/domain/messages/ops-channel.ts';
import type { Random } from '../kit/random.ts';
import type { Gate } from '../process/gate.ts';

/** For so long Discord gives the same message for the same nonce. */
const NONCE_MS = 3 * 60_000;
/** Messages that are older than this may no longer be edited. */
const EDITABLE_MS = 60 * 60_000;
/** A message that is this old may have a successor, since the bot edits it no more. */
const REPLACED_FROM_MS = 59 * 60_000;

/** How reliable Discord is: the shares of requests that are not carried out, or whose answer is lost. */
export interface Weather {
  refused: number;
  unavailable: number;
  lost: number;
}
export const CLEAR: Weather = { refused: 0, unavailable: 0, lost: 0 };

/** A message as people see it. */
export interface Shown {
  id: string;
  /** Number of its row in the outbox. */
  outboxId: number;
  kind: Message['kind'];
  alertId: number | null;
  channelId: string;
  replyTo: string | undefined;
  postedAt: number;
  isDeleted: boolean;
  /** Its contents over time, the oldest first. */
  said: Message['content'][];
}

/** A Discord in memory: it keeps messages, refuses, loses answers and forgets nonces. */
export class SimulatedDiscord {
  readonly messages: Shown[] = [];
  weather: Weather = CLEAR;
  /** What people would complain about. */
  readonly complaints: string[] = [];
  readonly #random: Random;
  readonly #now: () => number;
  readonly #note: (text: string) => void;
  readonly #nonces = new Map<string, { id: string; at: number }>();

  constructor(deps: { random: Random; now(): number; note(text: string): void }) {
    this.#random = deps.random;
    this.#now = deps.now;
    this.#note = deps.note;
  }

  /** The channel as one process reaches it. */
  channel(gate: Gate): OpsChannel {
    return {
      post: (message, options) =>
        this.#answer(gate, `post ${message.kind} ${message.id}`, () => this.#post(message, options)),
      edit: (message, posted) =>
        this.#answer(gate, `edit ${message.kind} ${message.id}`, () => this.#edit(message, posted)),
      startThread: (_first, { messageId }) => this.#answer(gate, 'start a thread', () => this.#find(messageId).id),
      check: ({ messageId }) => this.#answer(gate, 'look for a message', () => void this.#find(messageId)),
      find: (id, { channelId, since }) =>
        this.#answer(gate, `search message ${id}`, () => this.#search(id, channelId, since.getTime())),
    };
  }

  /** Somebody deletes a message. */
  delete(message: Shown): void {
    message.isDeleted = true;
  }

  /** The messages that are there. */
  get visible(): Shown[] {
    return this.messages.filter(({ isDeleted }) => !isDeleted);
  }

  async #answer<T>(gate: Gate, request: string, work: () => T): Promise<T> {
    await gate.enter();
    const { refused, unavailable, lost } = this.weather;
    const drawn = this.#random.next();
    if (drawn < refused) throw this.#fault(request, 'refused', true);
    if (drawn < refused + unavailable) throw this.#fault(request, 'unavailable', false);
    const result = work();
    if (drawn < refused + unavailable + lost) throw this.#fault(`${request}, answer lost`, 'unavailable', false);
    this.#note(`Discord: ${request}`);
    return result;
  }

  #fault(request: string, kind: ChannelError['kind'], isRefused: boolean): ChannelError {
    this.#note(`Discord: ${request}: ${kind}`);
    return new ChannelError(kind, { cause: undefined, isRefused });
  }

  #post(message: Message, { channelId, nonce, replyTo }: PostOptions): string {
    const now = this.#now();
    const known = this.#nonces.get(nonce);
    if (known && now - known.at < NONCE_MS) return known.id;
    this.#complainOfDouble(message, channelId);
    const id = String(1000 + this.messages.length);
    const alertId =
      'alertId' in message.content ? message.content.alertId : message.kind === 'alert' ? message.content.id : null;
    this.messages.push({
      id,
      outboxId: message.id,
      kind: message.kind,
      alertId,
      channelId,
      replyTo,
      postedAt: now,
      isDeleted: false,
      said: [message.content],
    });
    this.#nonces.set(nonce, { id, at: now });
    return id;
  }

  #complainOfDouble({ id, kind }: Message, channelId: string): void {
    const same = this.visible.filter((each) => each.outboxId === id && each.channelId === channelId);
    const isReplaced =
      kind !== 'escalation' && same.every(({ postedAt }) => this.#now() - postedAt >= REPLACED_FROM_MS);
    if (same.length > 0 && !isReplaced) this.complaints.push(`message ${id} (${kind}) is seen twice`);
  }

  #edit({ content }: Message, { messageId }: PostedMessage): void {
    const shown = this.#find(messageId);
    if (this.#now() - shown.postedAt > EDITABLE_MS)
      throw new ChannelError('too_late', { cause: undefined, isRefused: true });
    shown.said.push(content);
  }

  #find(messageId: string): Shown {
    const shown = this.messages.find(({ id, isDeleted }) => id === messageId && !isDeleted);
    if (!shown) throw new ChannelError('message_gone', { cause: undefined, isRefused: true });
    return shown;
  }

  #search(outboxId: number, channelId: string, since: number): string | undefined {
    return this.visible.findLast(
      (each) => each.outboxId === outboxId && each.channelId === channelId && each.postedAt >= since,
    )?.id;
  }
}
