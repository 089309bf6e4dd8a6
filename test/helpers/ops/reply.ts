import { fieldsOf, type ModalValue, type ModalValues } from '../../../sandbox/server/operator/modal.ts';
import type { Operator } from '../../../sandbox/server/operator.ts';
import { MessageFlag } from '../../../sandbox/server/protocol.ts';
import { mediaOf, walkComponents } from '../../../sandbox/server/state/component-tree.ts';
import type { Component, Interaction } from '../../../sandbox/server/state/model.ts';
import type { ApiMessage } from '../../../sandbox/server/state/render.ts';
import { buttonsOf, labelOf, textOf } from './transcript.ts';
import type { Shown, Waiter } from './waiter.ts';

interface ReplyFile {
  name: string;
  bytes(): Promise<Buffer>;
}

interface ReplyModal {
  title: string;
  fields: { label: string; component: Component }[];
}

/** A message as one person sees it at one moment, or a modal that opened, and the actions on it. */
export class Reply {
  readonly #operator: Operator;
  readonly #waiter: Waiter;
  readonly #shown: Shown;

  constructor(operator: Operator, waiter: Waiter, shown: Shown) {
    this.#operator = operator;
    this.#waiter = waiter;
    this.#shown = shown;
  }

  /** The message as Discord tells of it. */
  get message(): ApiMessage {
    if (!this.#shown.message) throw new Error('The bot answered with a modal, and not with a message.');
    return this.#shown.message;
  }

  /** All that it says in text displays and content, in reading order, a line each. */
  get text(): string {
    return textOf(this.message);
  }

  get isEphemeral(): boolean {
    return (this.message.flags & MessageFlag.ephemeral) !== 0;
  }

  /** Whether the bot answered a click by deleting the message. */
  get isDeleted(): boolean {
    return this.#shown.isDeleted ?? false;
  }

  /** The labels of its buttons, disabled ones too. */
  get buttons(): string[] {
    return buttonsOf(this.message).map(labelOf);
  }

  /** The labels of the options in its select menus. */
  get options(): string[] {
    return this.#menus().flatMap((menu) => (menu.options ?? []).map((option) => option.label));
  }

  get files(): ReplyFile[] {
    const shown = walkComponents(this.message.components).flatMap(({ component }) => mediaOf(component));
    const links = [...this.message.attachments, ...shown].map(({ url }) => new URL(url));
    return links.map((link) => ({
      name: decodeURIComponent(link.pathname.split('/').at(-1) ?? ''),
      bytes: () => download(link),
    }));
  }

  /** The modal that the bot opened, if it did. */
  get modal(): ReplyModal | undefined {
    const modal = this.#shown.interaction?.modal;
    return modal && { title: modal.title, fields: fieldsOf(modal) };
  }

  /** Other messages that the bot has sent for the same action so far. */
  get next(): Reply[] {
    const { interaction, message } = this.#shown;
    const created = (interaction?.effects ?? []).filter(({ kind }) => kind === 'created');
    return created.flatMap(({ messageId }) => {
      const other = messageId === message?.id ? undefined : this.#operator.message(messageId);
      return other ? [this.#with({ ...this.#shown, message: other })] : [];
    });
  }

  /** Waits until the bot has sent something more for the same action. */
  waitForNext(): Promise<Reply> {
    return this.#waiter.until(() => this.next[0], 'Nothing more came');
  }

  /** The current message. */
  refresh(): Reply {
    const message = this.#operator.message(this.message.id);
    return this.#with(message ? { ...this.#shown, message } : { ...this.#shown, isDeleted: true });
  }

  /** Waits until the current message satisfies `match`: progress and alerts change while one looks at them. */
  waitFor(match: (message: Reply) => boolean): Promise<Reply> {
    const probe = () => {
      const now = this.refresh();
      return match(now) ? now : undefined;
    };
    return this.#waiter.until(probe, 'The message did not become what was waited for');
  }

  /**
   * Clicks the button with exactly this label (with several of them, the one that `nth` counts from 0), and waits for
   * what the bot answers with: the changed message, or a new one that only the clicker may see, or a modal.
   */
  async click(label: string, nth?: number): Promise<Reply> {
    const matching = buttonsOf(this.message).filter((button) => labelOf(button) === label);
    if (matching.length > 1 && nth === undefined) throw new Error(`${matching.length} buttons say "${label}".`);
    const customId = matching[nth ?? 0]?.custom_id;
    if (!customId) throw new Error(`No button says "${label}"; there are: ${quoted(this.buttons)}.`);
    return this.#act(() => this.#operator.click(this.message.id, customId));
  }

  /** Chooses options of a select menu by their labels, and waits like `click`. */
  async choose(...labels: string[]): Promise<Reply> {
    const menu = this.#menus().find((one) => labels.every((label) => valueIn(one, label) !== undefined));
    if (!menu?.custom_id) throw new Error(`No menu has ${quoted(labels)}; there are: ${quoted(this.options)}.`);
    const customId = menu.custom_id;
    const values = labels.flatMap((label) => valueIn(menu, label) ?? []);
    return this.#act(() => this.#operator.select(this.message.id, customId, values));
  }

  /** Fills in the modal by the labels of its fields and sends it. */
  async submit(values: Record<string, ModalValue>): Promise<Reply> {
    const { modal, interaction } = this.#opened();
    const byCustomId: ModalValues = {};
    for (const [label, value] of Object.entries(values)) {
      const field = modal.fields.find((one) => one.label === label);
      const labels = modal.fields.map((one) => one.label);
      if (!field?.component.custom_id) throw new Error(`No field "${label}"; there are: ${quoted(labels)}.`);
      byCustomId[field.component.custom_id] = value;
    }
    return this.#act(() => this.#operator.submit(interaction.id, byCustomId));
  }

  #opened(): { modal: ReplyModal; interaction: Interaction } {
    const { modal } = this;
    const { interaction } = this.#shown;
    if (!modal || !interaction) throw new Error('The bot opened no modal.');
    return { modal, interaction };
  }

  #menus(): Component[] {
    const components = walkComponents(this.message.components).map(({ component }) => component);
    return components.filter((component) => component.options !== undefined);
  }

  async #act(act: () => Promise<Interaction>): Promise<Reply> {
    return this.#with(await this.#waiter.answerTo(act, this.#shown.message));
  }

  #with(shown: Shown): Reply {
    return new Reply(this.#operator, this.#waiter, shown);
  }
}

function valueIn(menu: Component, label: string): string | undefined {
  return menu.options?.find((option) => option.label === label)?.value;
}

function quoted(labels: string[]): string {
  return labels.map((label) => `"${label}"`).join(', ') || 'none';
}

async function download(link: URL): Promise<Buffer> {
  const response = await fetch(link);
  if (!response.ok) throw new Error(`${link.pathname} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
