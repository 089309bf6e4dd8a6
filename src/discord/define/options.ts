import {
  type ApplicationCommandOptionBase,
  SlashCommandAttachmentOption,
  SlashCommandBooleanOption,
  type SlashCommandBuilder,
  SlashCommandChannelOption,
  SlashCommandIntegerOption,
  SlashCommandRoleOption,
  SlashCommandStringOption,
  type SlashCommandSubcommandBuilder,
} from '@discordjs/builders';
import { ChannelType } from 'discord.js';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';

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
export interface Option<T, L extends string = string> {
  addTo(command: SlashCommandBuilder | SlashCommandSubcommandBuilder, name: string): void;
  isRequired: boolean;
  schema: z.ZodType<T>;
  /** The autocomplete list of the registry, if any. */
  autocomplete: L | undefined;
  /** It sets a field of something that exists; `-` clears the field, or is refused if the field cannot be empty. */
  isEdit?: true;
}

export type OptionShape<L extends string = string> = Record<string, Option<unknown, L>>;
export type OptionValues<S extends OptionShape> = { [K in keyof S]: S[K] extends Option<infer T> ? T : never };

type Need = { required?: boolean };
type Maybe<T, N extends Need> = N['required'] extends true ? T : T | undefined;

function withNeed<T, N extends Need>(schema: z.ZodType<T>, need: N): z.ZodType<Maybe<T, N>> {
  return (need.required ? schema : schema.optional()) as z.ZodType<Maybe<T, N>>;
}

/** Sets the properties that every option has. */
function described<O extends ApplicationCommandOptionBase>(
  option: O,
  name: string,
  description: string,
  need: Need,
): O {
  return option
    .setName(name)
    .setDescription(description)
    .setRequired(need.required ?? false);
}

/** Text; `autocomplete` names the list of the registry that completes it. */
export function text<const N extends Need & { maxLength?: number }, const L extends string = never>(
  description: string,
  need: N & { autocomplete?: L },
): Option<Maybe<string, N>, L> {
  const maxLength = need.maxLength ?? 100;
  return {
    addTo(command, name) {
      const option = described(new SlashCommandStringOption(), name, description, need).setMaxLength(maxLength);
      command.addStringOption(need.autocomplete ? option.setAutocomplete(true) : option);
    },
    isRequired: need.required ?? false,
    schema: withNeed(written(maxLength), need),
    autocomplete: need.autocomplete,
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NO_CONTROL = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

/** Any text that says something. Discord counts UTF-16 units, as JavaScript does. */
function written(maxLength: number): z.ZodType<string> {
  return z
    .string('it must be a text')
    .trim()
    .min(1, 'it is blank')
    .max(maxLength, `it must be at most ${maxLength} characters long`)
    .refine((text) => NO_CONTROL.test(text) && text.isWellFormed(), 'it contains control characters');
}

/** The new value of a field in an edit, of which `what` says which; `-` clears the field if it can be empty. */
export function newValue<const L extends string = never>(
  what: string,
  options: { maxLength?: number; autocomplete?: L; isRequired?: true },
): Option<string | undefined, L> {
  const { isRequired, ...need } = options;
  return { ...text(`New ${what}${isRequired ? '' : '; - to clear'}`, need), isEdit: true };
}

/** A choice from a list. */
export function choice<const V extends readonly [string, ...string[]], const N extends Need>(
  description: string,
  values: V,
  need: N,
): Option<Maybe<V[number], N>, never> {
  const choices = values.map((value) => ({ name: value.replaceAll('_', ' '), value }));
  return {
    addTo(command, name) {
      command.addStringOption(described(new SlashCommandStringOption(), name, description, need).addChoices(choices));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.enum(values), need),
    autocomplete: undefined,
  };
}

/** An integer within bounds. */
export function integer<const N extends Need & { min: number; max: number }>(
  description: string,
  need: N,
): Option<Maybe<number, N>, never> {
  const { min, max } = need;
  return {
    addTo(command, name) {
      const option = described(new SlashCommandIntegerOption(), name, description, need);
      command.addIntegerOption(option.setMinValue(min).setMaxValue(max));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.int().min(min).max(max), need),
    autocomplete: undefined,
  };
}

export function flag<const N extends Need>(description: string, need: N): Option<Maybe<boolean, N>, never> {
  return {
    addTo(command, name) {
      command.addBooleanOption(described(new SlashCommandBooleanOption(), name, description, need));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.boolean(), need),
    autocomplete: undefined,
  };
}

export function attachment<const N extends Need>(description: string, need: N): Option<Maybe<AttachmentRef, N>, never> {
  return {
    addTo(command, name) {
      command.addAttachmentOption(described(new SlashCommandAttachmentOption(), name, description, need));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.object({ name: z.string(), size: z.number(), url: z.string() }), need),
    autocomplete: undefined,
  };
}

const snowflake = z.string().regex(/^\d{15,21}$/);

/** The id of a text channel. */
export function channel<const N extends Need>(description: string, need: N): Option<Maybe<string, N>, never> {
  return {
    addTo(command, name) {
      const option = described(new SlashCommandChannelOption(), name, description, need);
      command.addChannelOption(option.addChannelTypes(ChannelType.GuildText, ChannelType.GuildAnnouncement));
    },
    isRequired: need.required ?? false,
    schema: withNeed(snowflake, need),
    autocomplete: undefined,
  };
}

/** The id of a role. */
export function role<const N extends Need>(description: string, need: N): Option<Maybe<string, N>, never> {
  return {
    addTo(command, name) {
      command.addRoleOption(described(new SlashCommandRoleOption(), name, description, need));
    },
    isRequired: need.required ?? false,
    schema: withNeed(snowflake, need),
    autocomplete: undefined,
  };
}

/** The values of a command's options. @throws UserError if a value is not valid for its option */
export function readOptions<S extends OptionShape>(shape: S, given: (name: string) => unknown): OptionValues<S> {
  const entries = Object.entries(shape).map(([name, { schema }]) => {
    const parsed = schema.safeParse(given(name));
    if (parsed.success) return [name, parsed.data];
    throw new UserError('bad_option', `Invalid value for the option “${name}”: ${parsed.error.issues[0]?.message}.`);
  });
  return Object.fromEntries(entries) as OptionValues<S>;
}
