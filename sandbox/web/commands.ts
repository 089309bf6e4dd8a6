import type { Choice, Command, CommandOption } from '../server/state/model.ts';

/** A command that can be called: a command without subcommands, or one subcommand. */
export interface Callable {
  path: string;
  description: string;
  options: CommandOption[];
}

const SLASH = 1;
const SUBCOMMAND = 1;
export const ATTACHMENT = 11;
const INTEGER = 4;
const BOOLEAN = 5;
const CHANNEL = 7;
const ROLE = 8;
const NUMBER = 10;

/** Every slash command, flat, in the order in which they are shown. */
export function callables(commands: readonly Command[]): Callable[] {
  const all = commands
    .filter((command) => command.type === SLASH)
    .flatMap(({ name, description, options = [] }) => {
      const subcommands = options.filter((option) => option.type === SUBCOMMAND);
      if (subcommands.length === 0) return [{ path: `/${name}`, description, options }];
      return subcommands.map((each) => ({
        path: `/${name} ${each.name}`,
        description: each.description,
        options: each.options ?? [],
      }));
    });
  return all.sort((a, b) => a.path.localeCompare(b.path));
}

/** The commands that match the typed text. */
export function matching(all: readonly Callable[], typed: string): Callable[] {
  const words = typed.toLowerCase().slice(1).split(/\s+/).filter(Boolean);
  return all.filter(({ path }) => words.every((word) => path.includes(word)));
}

/** Converts a text to the type of the option. */
export function typedValue(option: CommandOption, text: string): string | number | boolean {
  if (option.type === INTEGER || option.type === NUMBER) return Number(text);
  return option.type === BOOLEAN ? text === 'true' : text;
}

/** Choices that are known in advance: the only channel, and the role that anyone may mention, are some. */
export function choicesOf(option: CommandOption): Choice[] | undefined {
  if (option.type === ROLE) return [{ name: '@on-call', value: '@on-call' }];
  return option.type === CHANNEL ? [{ name: '#ops', value: '#ops' }] : option.choices;
}
