import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType, ChannelType } from 'discord.js';
import { z } from 'zod';

/** An attachment of a command or modal, not yet downloaded. */
export interface AttachmentRef {
  name: string;
  /** Bytes. */
  size: number;
  url: string;
}

/**
 * An option of a slash command, declared once: its registration, its type, and the check of the value that arrives, since a caller
 * need not choose an autocomplete value.
 */
export interface Option<T> {
  register(name: string): APIApplicationCommandBasicOption;
  schema: z.ZodType<T>;
  /** The autocomplete list of the registry, if any. */
  autocomplete: string | undefined;
}

export type OptionShape = Record<string, Option<unknown>>;
export type OptionValues<S extends OptionShape> = { [K in keyof S]: S[K] extends Option<infer T> ? T : never };

type Need = { required?: boolean };
type Maybe<T, N extends Need> = N['required'] extends true ? T : T | undefined;

function withNeed<T, N extends Need>(schema: z.ZodType<T>, need: N): z.ZodType<Maybe<T, N>> {
  return (need.required ? schema : schema.optional()) as z.ZodType<Maybe<T, N>>;
}

/** Properties that every option registers. */
const common = (name: string, description: string, need: Need) => ({
  name,
  description,
  required: need.required ?? false,
});

/** Text; `autocomplete` names the list of the registry that completes it. */
export function text<const N extends Need & { autocomplete?: string; maxLength?: number }>(
  description: string,
  need: N,
): Option<Maybe<string, N>> {
  const max_length = need.maxLength ?? 100;
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.String,
      ...common(name, description, need),
      max_length,
      ...(need.autocomplete && { autocomplete: true }),
    }),
    schema: withNeed(z.string().trim().min(1).max(max_length), need),
    autocomplete: need.autocomplete,
  };
}

/** A choice from a list. */
export function choice<const V extends readonly [string, ...string[]], const N extends Need>(
  description: string,
  values: V,
  need: N,
): Option<Maybe<V[number], N>> {
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.String,
      ...common(name, description, need),
      choices: values.map((value) => ({ name: value.replaceAll('_', ' '), value })),
    }),
    schema: withNeed(z.enum(values), need),
    autocomplete: undefined,
  };
}

/** An integer within bounds. */
export function integer<const N extends Need & { min: number; max: number }>(
  description: string,
  need: N,
): Option<Maybe<number, N>> {
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.Integer,
      ...common(name, description, need),
      min_value: need.min,
      max_value: need.max,
    }),
    schema: withNeed(z.int().min(need.min).max(need.max), need),
    autocomplete: undefined,
  };
}

export function flag<const N extends Need>(description: string, need: N): Option<Maybe<boolean, N>> {
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.Boolean,
      ...common(name, description, need),
    }),
    schema: withNeed(z.boolean(), need),
    autocomplete: undefined,
  };
}

export function attachment<const N extends Need>(description: string, need: N): Option<Maybe<AttachmentRef, N>> {
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.Attachment,
      ...common(name, description, need),
    }),
    schema: withNeed(z.object({ name: z.string(), size: z.number(), url: z.string() }), need),
    autocomplete: undefined,
  };
}

/** The id of a text channel. */
export function channel<const N extends Need>(description: string, need: N): Option<Maybe<string, N>> {
  return {
    register: (name) => ({
      type: ApplicationCommandOptionType.Channel,
      ...common(name, description, need),
      channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
    }),
    schema: withNeed(z.string().regex(/^\d{15,21}$/), need),
    autocomplete: undefined,
  };
}
