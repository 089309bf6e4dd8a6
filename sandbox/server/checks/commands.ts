import { CommandType, OptionType } from '../protocol.ts';
import type { CommandOption } from '../state/model.ts';
import { type Issue, issue, repeated, tooLong, within } from './issue.ts';
import { checkAgainstSpec } from './spec.ts';

const MOST_TEXT = 8_000;
const MOST_OF_TYPE: Record<number, number> = {
  [CommandType.slash]: 100,
  [CommandType.user]: 15,
  [CommandType.message]: 15,
};
const LONGEST_CHOICE_VALUE = 100;
const SLASH_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const NUMERIC: readonly number[] = [OptionType.integer, OptionType.number];
const CAN_COMPLETE: readonly number[] = [OptionType.string, ...NUMERIC];

/** The validated registration of a command. */
export interface CommandRequest {
  id?: string;
  type?: number | null;
  name: string;
  description?: string | null;
  options?: CommandOption[] | null;
  name_localizations?: Record<string, string> | null;
  description_localizations?: Record<string, string> | null;
  default_member_permissions?: string | number | null;
  contexts?: number[] | null;
  integration_types?: number[] | null;
  nsfw?: boolean | null;
}

/** Checks the whole list that a PUT registers. */
export function checkCommandList(commands: CommandRequest[]): Issue[] {
  const issues = commands.flatMap((command, index) => within([index], checkCommand(command)));
  if (issues.length > 0) return issues;
  const doubles = repeated(commands, (command) => `${typeOf(command)} ${command.name}`);
  const tooMany = Object.entries(MOST_OF_TYPE).filter(
    ([type, most]) => commands.filter((command) => typeOf(command) === Number(type)).length > most,
  );
  return [
    ...doubles.map((command) =>
      issue(
        [commands.indexOf(command), 'name'],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      ),
    ),
    ...tooMany.map(([, most]) => tooLong([], most)),
  ];
}

export function checkCommand(command: CommandRequest): Issue[] {
  const shape = checkAgainstSpec('command', { ...command, ...withNumericPermissions(command) });
  if (shape.length > 0) return shape;
  if (typeOf(command) !== CommandType.slash) return checkMenu(command);
  const issues = [...checkSlashName(command.name, ['name']), ...checkOptionList(command.options ?? [], ['options'], 0)];
  if (!command.description) {
    issues.push(issue(['description'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.'));
  }
  const length = textLength(command);
  if (length > MOST_TEXT) {
    const message = `Command exceeds maximum size (${length} > ${MOST_TEXT})`;
    issues.push(issue([], 'APPLICATION_COMMAND_TOO_LARGE', message));
  }
  return issues;
}

/** Discord's document calls these bits a number; clients send the decimal string that it also takes. */
function withNumericPermissions(command: CommandRequest): Partial<CommandRequest> {
  const bits = command.default_member_permissions;
  return typeof bits === 'string' && /^\d+$/.test(bits) ? { default_member_permissions: Number(bits) } : {};
}

export function typeOf(command: CommandRequest): number {
  return command.type ?? CommandType.slash;
}

/** Names, descriptions and choices of the command and all its options. */
function textLength(command: { name: string; description?: string | null; options?: CommandOption[] | null }): number {
  const choices = (option: CommandOption) =>
    (option.choices ?? []).reduce((sum, choice) => sum + choice.name.length + String(choice.value).length, 0);
  return (command.options ?? []).reduce(
    (sum, option) => sum + textLength(option) + choices(option),
    command.name.length + (command.description?.length ?? 0),
  );
}

function checkMenu(command: CommandRequest): Issue[] {
  const issues: Issue[] = [];
  if (command.description) issues.push(issue(['description'], 'APPLICATION_COMMAND_DESCRIPTION', 'A menu has none.'));
  if (command.options?.length) issues.push(issue(['options'], 'APPLICATION_COMMAND_OPTIONS', 'A menu has none.'));
  return issues;
}

function checkSlashName(name: string, path: Issue['path']): Issue[] {
  if (SLASH_NAME.test(name) && name === name.toLowerCase()) return [];
  return [issue(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')];
}

function checkOptionList(options: CommandOption[], path: Issue['path'], depth: number): Issue[] {
  const issues = options.flatMap((option, index) => checkOption(option, [...path, index], depth));
  for (const option of repeated(options, ({ name }) => name)) {
    const at = [...path, options.indexOf(option), 'name'];
    issues.push(issue(at, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists'));
  }
  const subcommands = options.filter(isSubcommand);
  if (subcommands.length > 0 && subcommands.length < options.length) {
    issues.push(issue(path, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-commands and options exclude each other'));
  }
  const firstOptional = options.findIndex((option) => !option.required);
  const late = options.findIndex((option, index) => option.required && firstOptional >= 0 && index > firstOptional);
  if (late >= 0) {
    const message = 'Required options must be placed before non-required options';
    issues.push(issue([...path, late], 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message));
  }
  return issues;
}

function checkOption(option: CommandOption, path: Issue['path'], depth: number): Issue[] {
  const issues = checkSlashName(option.name, [...path, 'name']);
  if (isSubcommand(option)) {
    const isTooDeep = option.type === OptionType.subcommandGroup ? depth > 0 : depth > 1;
    if (isTooDeep) issues.push(issue([...path, 'type'], 'BASE_TYPE_CHOICES', 'Sub-commands nest two deep at most.'));
    return [...issues, ...checkOptionList(option.options ?? [], [...path, 'options'], depth + 1)];
  }
  const choices = option.choices ?? [];
  if (option.autocomplete && choices.length > 0) {
    const message = 'Choices and autocomplete exclude each other';
    issues.push(issue([...path, 'autocomplete'], 'APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES', message));
  }
  if (option.autocomplete && !CAN_COMPLETE.includes(option.type)) {
    issues.push(issue([...path, 'autocomplete'], 'APPLICATION_COMMAND_OPTION_TYPE', 'This type has no autocomplete'));
  }
  for (const choice of repeated(choices, ({ name }) => name)) {
    const at = [...path, 'choices', choices.indexOf(choice), 'name'];
    issues.push(
      issue(at, 'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS', 'Option choice name already exists'),
    );
  }
  const longValue = choices.findIndex(({ value }) => String(value).length > LONGEST_CHOICE_VALUE);
  if (longValue >= 0) issues.push(tooLong([...path, 'choices', longValue, 'value'], LONGEST_CHOICE_VALUE));
  return [...issues, ...checkBounds(option, path)];
}

function checkBounds(option: CommandOption, path: Issue['path']): Issue[] {
  const { min_value: least, max_value: most, min_length: shortest, max_length: longest } = option;
  const isUpsideDown = (least ?? 0) > (most ?? least ?? 0) || (shortest ?? 0) > (longest ?? shortest ?? 0);
  return isUpsideDown ? [issue(path, 'APPLICATION_COMMAND_OPTION_BOUNDS', 'The minimum is above the maximum')] : [];
}

function isSubcommand(option: CommandOption): boolean {
  return option.type === OptionType.subcommand || option.type === OptionType.subcommandGroup;
}
