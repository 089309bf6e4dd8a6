import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import type { z } from 'zod';
import type { Actor } from '../../domain/actor.ts';
import type { IdKind } from '../../kit/custom-id.ts';
import type { Level } from '../../kit/level.ts';
import type { View } from '../../kit/view.ts';
import { type FieldShape, type FieldValues, modalPayload } from './modal.ts';
import type { AttachmentRef, OptionShape, OptionValues } from './options.ts';

/** The caller, the services, and what a handler can do besides answering. A handler never sees an interaction. */
export interface Context<S> {
  actor: Actor & { level: Level };
  services: S;
  /** Maximum size in bytes of a file that the bot may upload here. */
  attachmentSizeLimit: number;
  /**
   * Shows the progress of a long run in place of its answer, at a pace that Discord allows. Not for the ack `update`, whose message
   * must stay as it is if the run fails.
   */
  progress(view: View): void;
  /**
   * Posts another message below the answer. It is sent after the answer: an earlier one would replace the deferred message.
   *
   * @param options.isEphemeral visible to the caller only
   */
  followUp(view: View, options?: { isEphemeral: boolean }): void;
  /** Deletes a message; succeeds if it is already gone. @throws UserError if the bot lacks the permission */
  deleteMessage(channelId: string, messageId: string): Promise<void>;
}

/** An answer that opens a modal. */
export interface ModalView {
  modal: APIModalInteractionResponseCallbackData;
}

/**
 * How an interaction is acknowledged within Discord's 3 s: with a public or an ephemeral message, with an update of the clicked
 * message, or with a modal, which must be the first response.
 */
export type Ack = 'public' | 'ephemeral' | 'update' | 'modal';

interface Handler {
  requires: Level;
  ack: Ack;
}

/** A view, a modal if `ack` is `modal`, or null to delete the clicked message. */
export type Answer = View | ModalView | null;

export interface Command<S> extends Omit<Handler, 'ack'> {
  kind: 'command';
  /** A command and its subcommand, such as `proxy import`, or one word. */
  name: string;
  description: string;
  options: OptionShape;
  ack(options: Record<string, unknown>): Ack;
  run(context: Context<S>, options: Record<string, unknown>): Promise<Answer>;
}

/** The type of a name that Discord can have: `help` or `proxy show`. A third word would be a subcommand of a group, of which we have none. */
export type CommandName<N extends string> = N extends `${string} ${string} ${string}` ? never : N;

/** @example defineCommand<Services>()({ name: 'proxy show', description: '…', options: { proxy: text('…', { required: true }) }, … }) */
export function defineCommand<S>() {
  return <N extends string, O extends OptionShape>(command: {
    name: CommandName<N>;
    description: string;
    options: O;
    requires: Level;
    ack: Ack | ((options: OptionValues<O>) => Ack);
    run(context: Context<S>, options: OptionValues<O>): Promise<Answer>;
  }): Command<S> => {
    const { ack } = command;
    return {
      ...command,
      kind: 'command',
      ack: typeof ack === 'function' ? (options) => ack(options as OptionValues<O>) : () => ack,
      run: (context, options) => command.run(context, options as OptionValues<O>),
    };
  };
}

/**
 * The words of a command's name.
 *
 * @throws Error if it has more than two
 */
export function splitName({ name }: Pick<Command<never>, 'name'>): { command: string; subcommand: string | undefined } {
  const [command = '', subcommand, ...others] = name.split(' ');
  if (command && others.length === 0) return { command, subcommand };
  throw new Error(`the command “${name}” must have one word or two: subcommand groups are not supported`);
}

/** The message on which a message command was used. */
export interface TargetMessage {
  id: string;
  channelId: string;
  content: string;
  attachments: readonly AttachmentRef[];
}

export interface MessageCommand<S> extends Handler {
  kind: 'message command';
  name: string;
  run(context: Context<S>, message: TargetMessage): Promise<Answer>;
}

export function defineMessageCommand<S>() {
  return (command: Omit<MessageCommand<S>, 'kind'>): MessageCommand<S> => ({ ...command, kind: 'message command' });
}

/** A button or a select menu of a message; `values` are the options selected in the menu. */
export interface Component<S> extends Handler {
  kind: 'component';
  id: IdKind;
  run(context: Context<S>, params: Record<string, unknown>, values: readonly string[]): Promise<Answer>;
}

export function defineComponent<S>() {
  return <P extends z.ZodObject<Record<string, z.ZodType<string | number>>>>(component: {
    id: IdKind<P>;
    requires: Level;
    ack: Ack;
    run(context: Context<S>, params: z.output<P>, values: readonly string[]): Promise<Answer>;
  }): Component<S> => ({
    ...component,
    kind: 'component',
    id: component.id as unknown as IdKind,
    run: (context, params, values) => component.run(context, params as z.output<P>, values),
  });
}

/** A modal: its fields and what happens when it is submitted. */
export interface Modal<S> extends Handler {
  kind: 'modal';
  id: IdKind;
  fields: FieldShape;
  run(context: Context<S>, params: Record<string, unknown>, values: Record<string, unknown>): Promise<Answer>;
}

export function defineModal<S>() {
  return <P extends z.ZodObject<Record<string, z.ZodType<string | number>>>, F extends FieldShape>(modal: {
    id: IdKind<P>;
    title: string;
    fields: F;
    requires: Level;
    ack: Exclude<Ack, 'modal'>;
    run(context: Context<S>, params: z.output<P>, values: FieldValues<F>): Promise<Answer>;
  }): Modal<S> & { open(params: z.output<P>, prefill?: { [K in keyof F]?: string | undefined }): ModalView } => ({
    ...modal,
    kind: 'modal',
    id: modal.id as unknown as IdKind,
    run: (context, params, values) => modal.run(context, params as z.output<P>, values as FieldValues<F>),
    open: (params, prefill = {}) => ({
      modal: modalPayload(modal.id.encode(params), modal.title, modal.fields, prefill),
    }),
  });
}

/** Choices for the text typed so far; the chosen value becomes the value of the option. */
export type Autocomplete<S> = (
  context: { services: S; level: Level },
  typed: string,
) => Promise<{ name: string; value: string }[]>;

/** Every command and component of the bot. */
export interface Registry<S> {
  /** Descriptions of the commands that have subcommands, by name. */
  groups: Readonly<Record<string, string>>;
  handlers: readonly (Command<S> | MessageCommand<S> | Component<S> | Modal<S>)[];
  autocomplete: Readonly<Record<string, Autocomplete<S>>>;
}
