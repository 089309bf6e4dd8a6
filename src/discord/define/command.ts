import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import type { z } from 'zod';
import type { Actor } from '../../domain/actor.ts';
import type { IdKind } from '../../kit/custom-id.ts';
import type { CommandInfo } from '../../kit/help/command-info.ts';
import type { Level } from '../../kit/level.ts';
import type { View } from '../../kit/view.ts';
import {
  type ChosenMember,
  type FieldShape,
  type FieldValues,
  modalPayload,
  readFields,
  type SubmittedFields,
} from './modal.ts';
import { type AttachmentRef, type OptionShape, type OptionValues, readOptions } from './options.ts';

/** The limits for a file in the answer. */
export interface Upload {
  /** Maximum size in bytes of a file that the bot may upload here. */
  maxBytes: number;
  /** Resolves when it is the turn of this interaction to hold a file in memory, which lasts until its answer was sent. */
  turn(): Promise<void>;
}

/** The caller, the services, and what a handler can do besides answering. A handler never sees an interaction. */
export interface Context<S> {
  actor: Actor & { level: Level };
  services: S;
  upload: Upload;
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
  /** The level of another member; undefined if no role grants one. */
  levelOf(member: Pick<ChosenMember, 'roleIds' | 'canManageServer'>): Level | undefined;
  /** Every command of the bot, in the order of the registry. */
  commands(): readonly CommandInfo[];
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
type MessageAck = 'public' | 'ephemeral';

/** A view, a modal if `ack` is `modal`, or null to delete the clicked message or the ephemeral answer. */
export type Answer = View | ModalView | null;

/** An acknowledgement and the kind of answer that fits it; another combination does not compile. */
type Response<S, Input extends unknown[]> =
  | { ack: 'public'; run(context: Context<S>, ...input: Input): Promise<View> }
  | { ack: 'ephemeral' | 'update'; run(context: Context<S>, ...input: Input): Promise<View | null> }
  | { ack: 'modal'; run(context: Context<S>, ...input: Input): Promise<ModalView> };

/** The same for a command, which has no clicked message, and whose options may decide. */
type CommandResponse<S, Values> =
  | {
      ack: MessageAck | ((options: Values) => MessageAck);
      /** If it returns a function for these options, that opens a modal instead of `run`. */
      modal?(options: Values): ((context: Context<S>) => Promise<ModalView>) | undefined;
      run(context: Context<S>, options: Values): Promise<View>;
    }
  | { ack: 'modal'; modal?: undefined; run(context: Context<S>, options: Values): Promise<ModalView> };

/** A handler whose input has been read. */
export interface Call<S> {
  ack: Ack;
  /** The role that this input requires, if it is more than the handler's. */
  requires?: Level | undefined;
  run(context: Context<S>): Promise<Answer>;
}

interface Handler {
  /** Names the handler in the log and in metrics. */
  name: string;
  requires: Level;
}

export interface Command<S, L extends string = string> extends Handler {
  kind: 'command';
  description: string;
  options: OptionShape<L>;
  /** @throws UserError if a value is not valid for its option */
  read(given: (option: string) => unknown): Call<S>;
}

/** The type of a name that Discord can have: `help` or `proxy show`. A third word would be a subcommand of a group, of which we have none. */
export type CommandName<N extends string> = N extends `${string} ${string} ${string}` ? never : N;

/** @example defineCommand<Services>()({ name: 'proxy show', description: '…', options: { proxy: text('…', { required: true }) }, … }) */
export function defineCommand<S, L extends string = string>() {
  return <N extends string, O extends OptionShape<L>>(
    command: {
      name: CommandName<N>;
      description: string;
      options: O;
      requires: Level;
      /** The role for these options, if they require more than the command. */
      requiresFor?(options: OptionValues<O>): Level | undefined;
    } & CommandResponse<S, OptionValues<O>>,
  ): Command<S, L> => {
    const { name, description, options, requires, ack, modal } = command;
    return {
      kind: 'command',
      name,
      description,
      options,
      requires,
      read(given) {
        const values = readOptions(options, given);
        const more = { requires: command.requiresFor?.(values) };
        const open = modal?.(values);
        if (open) return { ...more, ack: 'modal', run: open };
        return {
          ...more,
          ack: typeof ack === 'function' ? ack(values) : ack,
          run: (context) => command.run(context, values),
        };
      },
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
  read(message: TargetMessage): Call<S>;
}

export function defineMessageCommand<S>() {
  return (command: Handler & Response<S, [message: TargetMessage]>): MessageCommand<S> => {
    const { name, requires } = command;
    return {
      kind: 'message command',
      name,
      requires,
      read: (message) => ({ ack: command.ack, run: (context) => command.run(context, message) }),
    };
  };
}

type Params = z.ZodObject<Record<string, z.ZodType<string | number>>>;

/** A button or a select menu of a message. */
export interface Component<S> extends Handler {
  kind: 'component';
  /** Undefined if the id of the message does not fit, because an older version wrote it; `chosen` are the selected options. */
  read(id: readonly string[], chosen: readonly string[]): Call<S> | undefined;
}

export function defineComponent<S>() {
  return <P extends Params>(
    component: { id: IdKind<P>; requires: Level } & Response<S, [params: z.output<P>, chosen: readonly string[]]>,
  ): Component<S> => {
    const { id, requires, ack } = component;
    return {
      kind: 'component',
      name: id.name,
      requires,
      read(values, chosen) {
        const params = id.decode(values);
        return params && { ack, run: (context) => component.run(context, params, chosen) };
      },
    };
  };
}

/** A modal: its fields and what happens when it is submitted. */
export interface Modal<S> extends Handler {
  kind: 'modal';
  /** Undefined if the id or the fields do not fit, because an older version opened the modal. */
  read(id: readonly string[], fields: SubmittedFields): Call<S> | undefined;
}

export function defineModal<S>() {
  return <P extends Params, F extends FieldShape>(
    modal: { id: IdKind<P>; title: string; fields: F; requires: Level } & Exclude<
      Response<S, [params: z.output<P>, values: FieldValues<F>]>,
      { ack: 'modal' }
    >,
  ): Modal<S> & {
    /** @param named the title if it names what the modal is about */
    open(params: z.output<P>, prefill?: { [K in keyof F]?: string | undefined }, named?: string): ModalView;
  } => {
    const { id, title, fields, requires, ack } = modal;
    return {
      kind: 'modal',
      name: id.name,
      requires,
      read(encoded, submitted) {
        const params = id.decode(encoded);
        const values = readFields(submitted, fields);
        return params && values && { ack, run: (context) => modal.run(context, params, values) };
      },
      open: (params, prefill = {}, named = title) => ({
        modal: modalPayload(id.encode(params), named, fields, prefill),
      }),
    };
  };
}

/** An autocomplete list, declared once: its suggestions, and how the shown text of a suggestion is read. */
export interface Autocomplete<S> {
  /** Choices for the text typed so far; the value of the chosen one becomes the value of the option. */
  suggest(context: { services: S; level: Level }, typed: string): Promise<{ name: string; value: string }[]>;
  /** The name of a choice as a value, since Discord sometimes sends it and people paste it; any other text unchanged. */
  read(text: string): string;
}

/** Every command and component of the bot. */
export interface Registry<S, L extends string = string> {
  /** Descriptions of the commands that have subcommands, by name. */
  groups: Readonly<Record<string, string>>;
  handlers: readonly (Command<S, L> | MessageCommand<S> | Component<S> | Modal<S>)[];
  /** Every list that an option names. */
  autocomplete: Readonly<Record<L, Autocomplete<S>>>;
}
