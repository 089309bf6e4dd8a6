import { randomBytes } from 'node:crypto';
import type { Core } from './core.ts';
import { USER_IDS, type UserName } from './ids.ts';
import { OperatorError } from './operator/error.ts';
import { fieldsOf, findControl, type ModalValues, selectedIds, submittedComponents } from './operator/modal.ts';
import { fillOptions, findSlashCommand, isUpload, type OptionValues } from './operator/options.ts';
import { commandData, interactionPayload, resolvedData } from './operator/payload.ts';
import { CommandType, ComponentType, InteractionType, MessageType } from './protocol.ts';
import type { SandboxEvent } from './state/events.ts';
import { mentionsIn } from './state/mentions.ts';
import type { Attachment, Choice, Command, Component, Interaction, Message } from './state/model.ts';
import { permissionsOf } from './state/people.ts';
import type { ApiMessage } from './state/render.ts';
import type { Upload } from './state/state.ts';
import { type ApiThread, threadPayload } from './state/threads.ts';

/** Events of the channel that a person sees. */
export type OperatorEvent =
  | { kind: 'message-created' | 'message-updated'; message: ApiMessage }
  | { kind: 'message-deleted'; messageId: string }
  | { kind: 'thread'; thread: ApiThread }
  | { kind: 'thread-deleted'; threadId: string }
  | { kind: 'interaction'; interaction: Interaction }
  | { kind: 'commands' };

/**
 * A person who uses the channel. Actions return an interaction as soon as it has been sent to the bot; the interaction is then
 * updated with the response. They throw an OperatorError for actions that Discord's client does not allow.
 */
export class Operator {
  readonly name: UserName;
  readonly userId: string;
  readonly #core: Core;

  constructor(core: Core, name: UserName) {
    this.#core = core;
    this.name = name;
    this.userId = USER_IDS[name];
  }

  /** The slash and message commands that this person can use. */
  commands(): Command[] {
    const mine = BigInt(permissionsOf(this.userId));
    return [...this.#core.state.commands.values()].filter((command) => {
      const needed = BigInt(command.default_member_permissions ?? '0');
      return (mine & needed) === needed;
    });
  }

  /** Everything in the channel that this person sees, oldest first. */
  messages(): ApiMessage[] {
    return this.#core.state.visibleTo(this.userId).map((message) => this.#core.render.message(message));
  }

  threads(): ApiThread[] {
    return [...this.#core.state.threads.values()].map(threadPayload);
  }

  /** Everything in a thread, oldest first. */
  messagesIn(threadId: string): ApiMessage[] {
    return this.#core.state.visibleTo(this.userId, threadId).map((message) => this.#core.render.message(message));
  }

  message(messageId: string): ApiMessage | undefined {
    const message = this.#core.state.messages.get(messageId);
    return message && this.#sees(message) ? this.#core.render.message(message) : undefined;
  }

  /** Calls the listener with events that this person sees. @returns a function that unsubscribes */
  subscribe(listener: (event: OperatorEvent) => void): () => void {
    return this.#core.state.events.subscribe((event) => {
      const seen = this.#seen(event);
      if (seen) listener(seen);
    });
  }

  /** Sends a slash command: `command('/proxy import', { type: 'http', file: { name, data } })`. */
  async command(path: string, values: OptionValues = {}): Promise<Interaction> {
    const called = findSlashCommand(this.commands(), path);
    const filled = fillOptions(called, values);
    const files = new Map<string, Attachment>();
    for (const { definition, value } of filled) {
      if (isUpload(value)) files.set(definition.name, await this.#keep(value));
    }
    const interaction = this.#newInteraction(InteractionType.command, {
      commandName: [called.command.name, ...called.chain.map((step) => step.name)].join(' '),
      attachmentIds: [...files.values()].map((attachment) => attachment.id),
    });
    return this.#send(interaction, commandData(called, { filled, files }, this.#core));
  }

  /** Requests the autocomplete choices for the text typed into an option. */
  async autocomplete(path: string, option: string, typed: string, values: OptionValues = {}): Promise<Choice[]> {
    const called = findSlashCommand(this.commands(), path);
    const definition = called.options.find((candidate) => candidate.name === option);
    if (!definition?.autocomplete) throw new OperatorError(`The option "${option}" of ${path} does not autocomplete.`);
    const filled = fillOptions(called, { ...values, [option]: typed }, true);
    const interaction = this.#newInteraction(InteractionType.autocomplete, {
      commandName: called.command.name,
      focusedType: definition.type,
    });
    this.#send(interaction, commandData(called, { filled, files: new Map(), focused: option }, this.#core));
    return this.#core.state.events.until(
      () => interaction.choices ?? failed(interaction),
      CHOICES_WITHIN_MS,
      () => new OperatorError('The bot did not send choices in time.'),
    );
  }

  /** Uses a message command on a message. */
  async messageCommand(name: string, messageId: string): Promise<Interaction> {
    const menus = this.commands().filter((command) => command.type === CommandType.message);
    const menu = menus.find((command) => command.name === name);
    if (!menu)
      throw new OperatorError(`Unknown message command "${name}". Known: ${menus.map((one) => one.name).join(', ')}.`);
    const target = this.#visible(messageId);
    const interaction = this.#newInteraction(InteractionType.command, { commandName: name, isMessageCommand: true });
    return this.#send(interaction, {
      id: menu.id,
      name,
      type: menu.type,
      guild_id: menu.guild_id,
      target_id: messageId,
      resolved: { messages: { [messageId]: this.#core.render.message(target) } },
    });
  }

  async click(messageId: string, customId: string): Promise<Interaction> {
    const control = findControl(this.#visible(messageId).components, customId);
    if (control.type !== ComponentType.button) throw new OperatorError(`"${customId}" is not a button.`);
    return this.#useControl(messageId, control, {});
  }

  /** Selects in a select menu of a message: values of options, or ids of users, roles or channels. */
  async select(messageId: string, customId: string, values: string[]): Promise<Interaction> {
    const control = findControl(this.#visible(messageId).components, customId);
    const problem = selectionProblem(control, values);
    if (problem) throw new OperatorError(problem);
    return this.#useControl(messageId, control, {
      values,
      resolved: control.options ? {} : resolvedData(values, [], this.#core),
    });
  }

  /** Submits the modal that the bot opened for this person. */
  async submit(openedBy: string, values: ModalValues): Promise<Interaction> {
    const opener = this.#core.state.interactions.get(openedBy);
    const modal = opener?.modal;
    if (!modal || opener.userId !== this.userId) throw new OperatorError('No modal is open.');
    const { components, attachments } = await submittedComponents(modal, values, (upload) => this.#keep(upload));
    const interaction = this.#newInteraction(InteractionType.modal, {
      ...(opener.messageId ? { messageId: opener.messageId } : {}),
      attachmentIds: attachments.map((attachment) => attachment.id),
    });
    const named = fieldsOf(modal).flatMap(({ component }) => selectedIds(component, values[component.custom_id ?? '']));
    const resolved = resolvedData(named, attachments, this.#core);
    return this.#send(interaction, {
      custom_id: modal.customId,
      components,
      ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
    });
  }

  /** Posts an ordinary message in the channel or in a thread. */
  async post(draft: { content?: string; files?: Upload[]; threadId?: string }): Promise<ApiMessage> {
    const { state, clock, render } = this.#core;
    const content = draft.content ?? '';
    if (content.length === 0 && !draft.files?.length) throw new OperatorError('The message is empty.');
    if (content.length > 2_000) throw new OperatorError('A message can have at most 2,000 characters.');
    const attachments: Attachment[] = [];
    for (const upload of draft.files ?? []) attachments.push(await state.addAttachment(upload, false));
    const message: Message = {
      id: state.ids.next(),
      type: MessageType.default,
      authorId: this.userId,
      content,
      flags: 0,
      components: [],
      embeds: [],
      attachmentIds: attachments.map((attachment) => attachment.id),
      mentions: mentionsIn([content], state.roles),
      createdAt: clock.now(),
      ...(draft.threadId ? { threadId: draft.threadId } : {}),
      lateEdits: [],
    };
    state.addMessage(message);
    return render.message(message);
  }

  /** Deletes the person's own message, or dismisses an ephemeral one. */
  remove(messageId: string): void {
    const message = this.#visible(messageId);
    if (message.authorId !== this.userId && message.visibleTo !== this.userId) {
      throw new OperatorError('This message belongs to someone else.');
    }
    this.#core.state.removeMessage(messageId);
  }

  #useControl(messageId: string, control: Component, more: Record<string, unknown>): Interaction {
    const interaction = this.#newInteraction(InteractionType.component, { messageId });
    return this.#send(interaction, {
      component_type: control.type,
      custom_id: control.custom_id,
      id: control.id,
      ...more,
    });
  }

  #newInteraction(type: number, more: Partial<Interaction>): Interaction {
    return {
      id: this.#core.state.ids.next(),
      token: randomBytes(48).toString('base64url'),
      type,
      userId: this.userId,
      createdAt: this.#core.clock.now(),
      effects: [],
      attachmentIds: [],
      ...more,
    };
  }

  #send(interaction: Interaction, data: Record<string, unknown>): Interaction {
    const { state, gateway, render, attachmentSizeLimit } = this.#core;
    const message = interaction.messageId ? state.messages.get(interaction.messageId) : undefined;
    const shown = message ? render.message(message) : undefined;
    state.addInteraction(interaction);
    gateway.dispatch('INTERACTION_CREATE', interactionPayload(interaction, data, attachmentSizeLimit, shown));
    return interaction;
  }

  #keep(upload: Upload): Promise<Attachment> {
    return this.#core.state.addAttachment(upload, true);
  }

  #visible(messageId: string): Message {
    const message = this.#core.state.messages.get(messageId);
    if (!message || !this.#sees(message)) throw new OperatorError(`${this.name} cannot see a message ${messageId}.`);
    return message;
  }

  #sees(message: Message): boolean {
    return message.visibleTo === undefined || message.visibleTo === this.userId;
  }

  #seen(event: SandboxEvent): OperatorEvent | undefined {
    switch (event.kind) {
      case 'message-created':
      case 'message-updated':
        return this.#sees(event.message)
          ? { kind: event.kind, message: this.#core.render.message(event.message) }
          : undefined;
      case 'message-deleted':
        return this.#sees(event.message) ? { kind: event.kind, messageId: event.message.id } : undefined;
      case 'thread-created':
      case 'thread-updated':
        return { kind: 'thread', thread: threadPayload(event.thread) };
      case 'thread-deleted':
        return { kind: 'thread-deleted', threadId: event.thread.id };
      case 'interaction':
        return event.interaction.userId === this.userId ? event : undefined;
      case 'commands':
        return event;
      default:
        return undefined;
    }
  }
}

/** Longer than the three seconds within which the bot must respond. */
const CHOICES_WITHIN_MS = 5_000;

function failed(interaction: Interaction): undefined {
  if (interaction.failure) throw new OperatorError(interaction.failure);
}

function selectionProblem(control: Component, values: string[]): string | undefined {
  const isSelect = control.type === ComponentType.stringSelect || (control.type >= 5 && control.type <= 8);
  if (!isSelect) return `"${control.custom_id}" is not a select menu.`;
  const unknown = control.options && values.find((value) => !control.options?.some((one) => one.value === value));
  if (unknown !== undefined) return `Unknown option "${unknown}".`;
  const least = control.min_values ?? 1;
  const most = control.max_values ?? 1;
  if (values.length < least || values.length > most) return `Select ${least} to ${most} options.`;
  return undefined;
}
