import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import type { z } from 'zod';
import type { Actor } from '../../domain/actor.ts';
import type { IdKind } from '../../kit/custom-id.ts';
import type { Level } from '../../kit/level.ts';
import type { View } from '../../kit/view.ts';
import { type FieldShape, type FieldValues, modalPayload } from './modal.ts';
import type { AttachmentRef, OptionShape, OptionValues } from './options.ts';

/** What a handler knows of the one who asks, and what it can do beside its answer. It never sees an interaction. */
export interface Context<S> {
  actor: Actor & { level: Level };
  services: S;
  /** Bytes of one file that the bot may send here. */
  attachmentSizeLimit: number;
  /**
   * How far a long run is, in the place of its answer, at a pace that Discord bears. Not for the ack `update`, whose message has to
   * stay as it is should the run fail.
   */
  progress(view: View): void;
  /**
   * Another message for everybody, below the answer. It is sent after it: a message that comes before would take the place of the
   * deferred one.
   *
   * @param options.isEphemeral for the caller alone
   */
  followUp(view: View, options?: { isEphemeral: boolean }): void;
  /** Takes a message out of its channel. One that is gone already is fine. @throws UserError where the bot may not */
  deleteMessage(channelId: string, messageId: string): Promise<void>;
}

/** Opens a form in place of an answer. */
export interface ModalView {
  modal: APIModalInteractionResponseCallbackData;
}

/**
 * How an interaction is acknowledged, within Discord's 3 s: with a message for everybody or for the caller alone, with the
 * clicked message itself, or with a form, which has to be the first response.
 */
export type Ack = 'public' | 'ephemeral' | 'update' | 'modal';

interface Handler {
  requires: Level;
  ack: Ack;
}

/** `run` answers with a view; with a form where `ack` says so; with nothing to remove the clicked message. */
export type Answer = View | ModalView | null;

export interface Command<S> extends Omit<Handler, 'ack'> {
  kind: 'command';
  /** `proxy import`: the command and its subcommand, or one word. */
  name: string;
  description: string;
  options: OptionShape;
  ack(options: Record<string, unknown>): Ack;
  run(context: Context<S>, options: Record<string, unknown>): Promise<Answer>;
}

/** @example defineCommand<Services>()({ name: 'proxy show', description: '…', options: { proxy: text('…', { required: true }) }, … }) */
export function defineCommand<S>() {
  return <O extends OptionShape>(command: {
    name: string;
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

/** A message that somebody chose a command of the Apps menu on. */
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

/** A button or a menu on a message; `values` are what was chosen in the menu. */
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

/** A form: its fields, and what happens when it is sent. */
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

/** Suggests values for the text typed so far; what is chosen comes back as the option's value. */
export type Autocomplete<S> = (
  context: { services: S; level: Level },
  typed: string,
) => Promise<{ name: string; value: string }[]>;

/** All that the bot answers to. */
export interface Registry<S> {
  /** Descriptions of commands that have subcommands, by their first word. */
  groups: Readonly<Record<string, string>>;
  handlers: readonly (Command<S> | MessageCommand<S> | Component<S> | Modal<S>)[];
  autocomplete: Readonly<Record<string, Autocomplete<S>>>;
}
