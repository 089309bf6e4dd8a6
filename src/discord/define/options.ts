import {
  type ApplicationCommandOptionBase,
  SlashCommandAttachmentOption,
  SlashCommandBooleanOption,
  type SlashCommandBuilder,
  SlashCommandChannelOption,
  SlashCommandIntegerOption,
  SlashCommandStringOption,
  type SlashCommandSubcommandBuilder,
} from '@discordjs/builders';
import { ChannelType } from 'discord.js';
import { z } from 'zod';

/** An attachment as a command or a form gets it; nothing of it is read yet. */
export interface AttachmentRef {
  name: string;
  /** Bytes. */
  size: number;
  url: string;
}

/**
 * An option of a slash command, declared once: what is registered, what is typed, and what is checked again when it is used (a
 * suggestion binds nobody).
 */
export interface Option<T> {
  addTo(command: SlashCommandBuilder | SlashCommandSubcommandBuilder, name: string): void;
  isRequired: boolean;
  schema: z.ZodType<T>;
  /** The list that suggests values. */
  suggestions: string | undefined;
}

export type OptionShape = Record<string, Option<unknown>>;
export type OptionValues<S extends OptionShape> = { [K in keyof S]: S[K] extends Option<infer T> ? T : never };

type Need = { required?: boolean };
type Maybe<T, N extends Need> = N['required'] extends true ? T : T | undefined;

function withNeed<T, N extends Need>(schema: z.ZodType<T>, need: N): z.ZodType<Maybe<T, N>> {
  return (need.required ? schema : schema.optional()) as z.ZodType<Maybe<T, N>>;
}

/** Fills in what every option has. */
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

/** Text; `suggestions` names the list that completes it. */
export function text<const N extends Need & { suggestions?: string; maxLength?: number }>(
  description: string,
  need: N,
): Option<Maybe<string, N>> {
  const maxLength = need.maxLength ?? 100;
  return {
    addTo(command, name) {
      const option = described(new SlashCommandStringOption(), name, description, need).setMaxLength(maxLength);
      command.addStringOption(need.suggestions ? option.setAutocomplete(true) : option);
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.string().trim().min(1).max(maxLength), need),
    suggestions: need.suggestions,
  };
}

/** One of a few words. */
export function choice<const V extends readonly [string, ...string[]], const N extends Need>(
  description: string,
  values: V,
  need: N,
): Option<Maybe<V[number], N>> {
  const choices = values.map((value) => ({ name: value.replaceAll('_', ' '), value }));
  return {
    addTo(command, name) {
      command.addStringOption(described(new SlashCommandStringOption(), name, description, need).addChoices(choices));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.enum(values), need),
    suggestions: undefined,
  };
}

/** A whole number within its bounds. */
export function integer<const N extends Need & { min: number; max: number }>(
  description: string,
  need: N,
): Option<Maybe<number, N>> {
  const { min, max } = need;
  return {
    addTo(command, name) {
      const option = described(new SlashCommandIntegerOption(), name, description, need);
      command.addIntegerOption(option.setMinValue(min).setMaxValue(max));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.int().min(min).max(max), need),
    suggestions: undefined,
  };
}

/** Yes or no. */
export function flag<const N extends Need>(description: string, need: N): Option<Maybe<boolean, N>> {
  return {
    addTo(command, name) {
      command.addBooleanOption(described(new SlashCommandBooleanOption(), name, description, need));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.boolean(), need),
    suggestions: undefined,
  };
}

/** A file. */
export function attachment<const N extends Need>(description: string, need: N): Option<Maybe<AttachmentRef, N>> {
  return {
    addTo(command, name) {
      command.addAttachmentOption(described(new SlashCommandAttachmentOption(), name, description, need));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.object({ name: z.string(), size: z.number(), url: z.string() }), need),
    suggestions: undefined,
  };
}

/** A text channel, as its id. */
export function channel<const N extends Need>(description: string, need: N): Option<Maybe<string, N>> {
  return {
    addTo(command, name) {
      const option = described(new SlashCommandChannelOption(), name, description, need);
      command.addChannelOption(option.addChannelTypes(ChannelType.GuildText, ChannelType.GuildAnnouncement));
    },
    isRequired: need.required ?? false,
    schema: withNeed(z.string().regex(/^\d{15,21}$/), need),
    suggestions: undefined,
  };
}
