import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { ACKNOWLEDGE_WITHIN_MS, MessageFlag, TOKEN_LIFETIME_MS } from '../protocol.ts';
import { EventHub } from './events.ts';
import type { Attachment, Command, Effect, Interaction, Message, Snapshot, Thread } from './model.ts';
import { type ApiRole, ROLES } from './people.ts';
import { SnowflakeMaker } from './snowflake.ts';
import type { SandboxStore } from './store.ts';

/** Older messages are dropped, so that the state of a long-running sandbox does not grow without bound. */
const MESSAGES_KEPT = 1_000;

/** A file uploaded by a person or the bot. */
export interface Upload {
  name: string;
  data: Buffer | string;
  contentType?: string;
  description?: string;
}

/** The state of the server. All changes go through it, so that subscribers receive every event. */
export class SandboxState {
  readonly events = new EventHub();
  readonly messages = new Map<string, Message>();
  readonly threads = new Map<string, Thread>();
  readonly attachments = new Map<string, Attachment>();
  readonly commands = new Map<string, Command>();
  readonly interactions = new Map<string, Interaction>();
  readonly ids: SnowflakeMaker;
  /** The roles of the server. */
  roles: readonly ApiRole[] = ROLES;
  readonly #clock: SandboxClock;
  readonly #store: SandboxStore;
  #cdnKey = randomBytes(32).toString('hex');

  constructor(clock: SandboxClock, store: SandboxStore) {
    this.#clock = clock;
    this.#store = store;
    this.ids = new SnowflakeMaker(() => clock.now());
  }

  get cdnKey(): string {
    return this.#cdnKey;
  }

  addMessage(message: Message): void {
    this.messages.set(message.id, message);
    this.events.emit({ kind: 'message-created', message });
    for (const id of this.messages.keys()) {
      if (this.messages.size <= MESSAGES_KEPT) break;
      this.#forget(id);
    }
  }

  updateMessage(message: Message): void {
    this.events.emit({ kind: 'message-updated', message });
  }

  removeMessage(id: string): void {
    const message = this.messages.get(id);
    if (!message) return;
    this.#forget(id);
    this.events.emit({ kind: 'message-deleted', message });
  }

  /** The messages of the channel or of a thread that a person can see, oldest first. */
  visibleTo(userId: string, threadId?: string): Message[] {
    return [...this.messages.values()].filter(
      (message) => message.threadId === threadId && (message.visibleTo === undefined || message.visibleTo === userId),
    );
  }

  addThread(thread: Thread): void {
    this.threads.set(thread.id, thread);
    this.events.emit({ kind: 'thread-created', thread });
  }

  changeThread(id: string, change: Partial<Pick<Thread, 'isArchived' | 'isLocked'>>): void {
    const thread = this.threads.get(id);
    if (!thread) return;
    Object.assign(thread, change);
    this.events.emit({ kind: 'thread-updated', thread });
  }

  /** Deletes a thread with its messages; the message from which it was started stays. */
  removeThread(id: string): void {
    const thread = this.threads.get(id);
    if (!thread) return;
    for (const message of [...this.messages.values()]) if (message.threadId === id) this.#forget(message.id);
    this.threads.delete(id);
    this.events.emit({ kind: 'thread-deleted', thread });
  }

  async addAttachment(upload: Upload, isEphemeral: boolean): Promise<Attachment> {
    const bytes = typeof upload.data === 'string' ? Buffer.from(upload.data) : upload.data;
    const attachment: Attachment = {
      id: this.ids.next(),
      filename: storedName(upload.name),
      contentType: upload.contentType ?? guessContentType(upload.name),
      size: bytes.length,
      ...(upload.description ? { description: upload.description } : {}),
      isEphemeral,
    };
    await this.#store.writeBytes(attachment.id, bytes);
    this.attachments.set(attachment.id, attachment);
    return attachment;
  }

  readBytes(attachmentId: string): Promise<Buffer | undefined> {
    return this.#store.readBytes(attachmentId);
  }

  dropAttachment(id: string): void {
    this.attachments.delete(id);
    void this.#store.deleteBytes(id).catch(() => undefined);
  }

  /** Starts the three seconds within which the bot must respond. */
  addInteraction(interaction: Interaction): void {
    this.#dropOldInteractions();
    this.interactions.set(interaction.id, interaction);
    this.events.emit({ kind: 'interaction', interaction });
    this.#clock.after(ACKNOWLEDGE_WITHIN_MS, () => {
      if (!interaction.answer) this.failInteraction(interaction, 'The bot did not respond within 3 s.');
    });
  }

  updateInteraction(interaction: Interaction): void {
    this.events.emit({ kind: 'interaction', interaction });
  }

  addEffect(interaction: Interaction, effect: Effect): void {
    interaction.effects.push(effect);
    this.updateInteraction(interaction);
  }

  failInteraction(interaction: Interaction, failure: string): void {
    interaction.failure = failure;
    this.updateInteraction(interaction);
    this.events.emit({
      kind: 'violation',
      violation: {
        at: this.#clock.now(),
        where: `interaction ${interaction.commandName ?? interaction.id}`,
        status: 0,
        code: 0,
        message: failure,
        details: [],
      },
    });
  }

  interactionByToken(token: string): Interaction | undefined {
    return [...this.interactions.values()].find((interaction) => interaction.token === token);
  }

  isExpired(interaction: Interaction): boolean {
    return this.#clock.now() - interaction.createdAt > TOKEN_LIFETIME_MS;
  }

  replaceCommands(commands: Command[]): void {
    this.commands.clear();
    for (const command of commands) this.commands.set(command.id, command);
    this.events.emit({ kind: 'commands' });
  }

  snapshot(): Snapshot {
    return {
      version: 1,
      cdnKey: this.#cdnKey,
      messages: [...this.messages.values()],
      threads: [...this.threads.values()],
      attachments: [...this.attachments.values()],
      commands: [...this.commands.values()],
      interactions: [...this.interactions.values()].filter((interaction) => !this.isExpired(interaction)),
    };
  }

  async restore(): Promise<void> {
    const snapshot = await this.#store.load();
    if (!snapshot) return;
    this.#cdnKey = snapshot.cdnKey;
    for (const message of snapshot.messages) this.messages.set(message.id, message);
    for (const thread of snapshot.threads ?? []) this.threads.set(thread.id, thread);
    for (const attachment of snapshot.attachments) this.attachments.set(attachment.id, attachment);
    for (const command of snapshot.commands) this.commands.set(command.id, command);
    for (const interaction of snapshot.interactions) {
      if (!interaction.answer) interaction.failure ??= 'The sandbox was restarted before the bot responded.';
      this.interactions.set(interaction.id, interaction);
    }
  }

  save(): Promise<void> {
    return this.#store.save(this.snapshot());
  }

  #forget(messageId: string): void {
    for (const id of this.messages.get(messageId)?.attachmentIds ?? []) this.dropAttachment(id);
    this.messages.delete(messageId);
  }

  #dropOldInteractions(): void {
    for (const interaction of this.interactions.values()) {
      if (!this.isExpired(interaction)) break;
      for (const id of interaction.attachmentIds) this.dropAttachment(id);
      this.interactions.delete(interaction.id);
    }
  }
}

export function isEphemeral(message: Message): boolean {
  return (message.flags & MessageFlag.ephemeral) !== 0;
}

export function isLoading(message: Message): boolean {
  return (message.flags & MessageFlag.loading) !== 0;
}

/** Discord keeps letters, digits, dots, dashes and underscores of a file name, and replaces spaces with underscores. */
export function storedName(name: string): string {
  const kept = name.replaceAll(/\s+/g, '_').replaceAll(/[^\p{L}\p{N}._-]/gu, '');
  return kept.length > 0 ? kept : 'unknown';
}

const CONTENT_TYPES: Record<string, string> = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  gz: 'application/gzip',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
};

/** Like Discord, uses the extension, not the content of the file. */
function guessContentType(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return CONTENT_TYPES[extension] ?? 'application/octet-stream';
}
