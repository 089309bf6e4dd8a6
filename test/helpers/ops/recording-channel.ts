import type { Message } from '../../../src/domain/messages/message.ts';
import {
  ChannelError,
  type OpsChannel,
  type PostedMessage,
  type PostOptions,
  type ThreadMessage,
} from '../../../src/domain/messages/ops-channel.ts';

interface Recorded {
  id: string;
  kind: Message['kind'];
  alertId: number;
  channelId: string;
  replyTo: string | undefined;
  isSilent: boolean;
  /** Its contents over time, the oldest first. */
  said: Message['content'][];
}

/** An ops channel in memory, which fails as the test says. */
export class RecordingChannel implements OpsChannel {
  messages: Recorded[] = [];
  /** The threads that were started, each with the id of its message. */
  threads: string[] = [];
  readonly #nonces = new Map<string, string>();
  /** Asked before each request; what it returns is thrown, and with `isLate` the request is done all the same. */
  fault: () => { kind: ChannelError['kind']; isLate?: boolean } | undefined = () => undefined;

  async post(
    { kind, content }: Message,
    { channelId, nonce, replyTo, isSilent = false }: PostOptions,
  ): Promise<string> {
    return this.#answer(() => {
      const known = this.#nonces.get(nonce);
      if (known) return known;
      const id = String(this.messages.length + 1);
      const alertId = 'alertId' in content ? content.alertId : 'planId' in content ? content.planId : content.id;
      this.messages.push({ id, kind, alertId, channelId, replyTo, isSilent, said: [content] });
      this.#nonces.set(nonce, id);
      return id;
    });
  }

  async startThread(_first: ThreadMessage, { messageId }: PostedMessage): Promise<string> {
    return this.#answer(() => {
      if (!this.threads.includes(messageId)) this.threads.push(messageId);
      return messageId;
    });
  }

  async edit({ content }: Message, { messageId }: PostedMessage): Promise<void> {
    return this.#answer(() => void this.messages.find(({ id }) => id === messageId)?.said.push(content));
  }

  async check({ messageId }: PostedMessage): Promise<void> {
    const isThere = this.messages.some(({ id }) => id === messageId);
    if (!isThere) throw new ChannelError('message_gone', { cause: undefined, isRefused: true });
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  /** The messages of an alert, or the replies to it. */
  of(alertId: number, kind: Message['kind'] = 'alert'): Recorded[] {
    return this.messages.filter((message) => message.alertId === alertId && message.kind === kind);
  }

  #answer<T>(work: () => T): T {
    const fault = this.fault();
    if (!fault) return work();
    if (fault.isLate) work();
    throw new ChannelError(fault.kind, { cause: undefined, isRefused: !fault.isLate });
  }
}
