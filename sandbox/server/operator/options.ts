import { CHANNEL_ID } from '../ids.ts';
import { CommandType, OptionType } from '../protocol.ts';
import type { Command, CommandOption } from '../state/model.ts';
import { ROLES } from '../state/people.ts';
import type { Upload } from '../state/state.ts';
import { OperatorError } from './error.ts';

/** A value that a person enters: text, a number, yes or no, a file; for users, roles and channels the id. */
type OptionValue = string | number | boolean | Upload;
export type OptionValues = Record<string, OptionValue>;

/** The name of the channel on the page. */
const CHANNEL_NAME = '#ops';

/** A command with its subcommand: `/proxy import` is the subcommand `import` of `proxy`. */
export interface CalledCommand {
  command: Command;
  /** The group and subcommand, if there are any. */
  chain: CommandOption[];
  options: CommandOption[];
}

export interface FilledOption {
  definition: CommandOption;
  value: OptionValue;
}

/** Finds a command by its path, such as `/proxy import`. */
export function findSlashCommand(commands: Command[], path: string): CalledCommand {
  const [name = '', ...rest] = path.replace(/^\//, '').trim().split(/\s+/);
  const command = commands.find((candidate) => candidate.type === CommandType.slash && candidate.name === name);
  if (!command) throw new OperatorError(`Unknown command /${name}.${known(commands.map((one) => one.name))}`);
  const chain: CommandOption[] = [];
  let options = command.options ?? [];
  for (const word of rest) {
    const next = options.find((option) => isSubcommand(option) && option.name === word);
    if (!next) throw new OperatorError(`Unknown command ${path}.${known(options.map((one) => one.name))}`);
    chain.push(next);
    options = next.options ?? [];
  }
  if (options.some(isSubcommand)) {
    throw new OperatorError(`${path} needs one of its subcommands.${known(options.map((one) => one.name))}`);
  }
  return { command, chain, options };
}

/** Validates the values as Discord's client does; with `isTyping` the person has not finished. */
export function fillOptions(called: CalledCommand, values: OptionValues, isTyping = false): FilledOption[] {
  for (const name of Object.keys(values)) {
    if (!called.options.some((option) => option.name === name)) {
      throw new OperatorError(`Unknown option "${name}".${known(called.options.map((one) => one.name))}`);
    }
  }
  return called.options.flatMap((definition) => {
    const value = values[definition.name];
    if (value === undefined) {
      if (definition.required && !isTyping) throw new OperatorError(`The option "${definition.name}" is required.`);
      return [];
    }
    const problem = isTyping ? undefined : problemOf(definition, value);
    if (problem) throw new OperatorError(`The option "${definition.name}" ${problem}.`);
    return [{ definition, value: chosenValue(definition, value) }];
  });
}

function isSubcommand(option: CommandOption): boolean {
  return option.type === OptionType.subcommand || option.type === OptionType.subcommandGroup;
}

function known(names: string[]): string {
  return ` Known: ${names.join(', ') || 'none'}.`;
}

/** People enter the name of a choice, of the only channel or of a role; programs may use the value. */
function chosenValue(definition: CommandOption, value: OptionValue): OptionValue {
  if (definition.type === OptionType.channel && value === CHANNEL_NAME) return CHANNEL_ID;
  if (definition.type === OptionType.role) return ROLES.find(({ name }) => value === `@${name}`)?.id ?? value;
  return definition.choices?.find((choice) => choice.value === value || choice.name === value)?.value ?? value;
}

function problemOf(definition: CommandOption, value: OptionValue): string | undefined {
  const choices = definition.choices ?? [];
  if (choices.length > 0) {
    const isChoice = choices.some((choice) => choice.value === value || choice.name === value);
    return isChoice ? undefined : `must be one of: ${choices.map((choice) => choice.name).join(', ')}`;
  }
  switch (definition.type) {
    case OptionType.string:
      return textProblem(definition, value);
    case OptionType.integer:
    case OptionType.number:
      return numberProblem(definition, value);
    case OptionType.boolean:
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case OptionType.attachment:
      return isUpload(value) ? undefined : 'must be a file';
    default:
      return typeof value === 'string' ? undefined : 'must be an id';
  }
}

function textProblem(definition: CommandOption, value: OptionValue): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length === 0) return 'must not be empty';
  const longest = definition.max_length ?? 6_000;
  if (value.length > longest) return `must have at most ${longest} characters`;
  if (value.length < (definition.min_length ?? 0)) return `must have at least ${definition.min_length} characters`;
  return undefined;
}

function numberProblem(definition: CommandOption, value: OptionValue): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (definition.type === OptionType.integer && !Number.isSafeInteger(value)) return 'must be a whole number';
  if (value > (definition.max_value ?? value)) return `must be at most ${definition.max_value}`;
  if (value < (definition.min_value ?? value)) return `must be at least ${definition.min_value}`;
  return undefined;
}

export function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'name' in value && 'data' in value;
}
