import { registry } from '../../src/commands/index.ts';
import { listCommands } from '../../src/discord/command-list.ts';
import { FILTER_NAMES } from '../../src/domain/proxies/filters.ts';
import { TERM_KEYS, TERMS } from '../../src/domain/proxies/search.ts';
import type { CommandInfo, OptionInfo } from '../../src/kit/help/command-info.ts';
import { fileOf } from '../screenshots/subjects.ts';
import { NOTES } from './notes.ts';

const HEAD = `# Commands

Every command with its options. This page is written by \`npm run docs:commands\`. The pictures are of the sandbox page, made by \`npm run screenshots\`.
`;

/** The text of docs/commands.md. @throws Error if there is a note on a command that does not exist */
export function commandsPage(): string {
  const commands = listCommands(registry);
  const unknown = Object.keys(NOTES).filter((name) => !commands.some((command) => command.name === name));
  if (unknown.length > 0) throw new Error(`there are notes on commands that do not exist: ${unknown.join(', ')}`);
  return [HEAD, filters(commands), ...commands.map(section)].join('\n');
}

const takesFilters = ({ options }: CommandInfo) =>
  FILTER_NAMES.every((filter) => options.some(({ name }) => name === filter));

function filters(commands: readonly CommandInfo[]): string {
  const own = commands.find(takesFilters)?.options.filter(({ name }) => isFilter(name)) ?? [];
  const terms = TERM_KEYS.map((key) => {
    const { examples } = TERMS[key];
    return `\`${key}:\`${examples.length > 0 ? ` (${examples.map((each) => `\`${each}\``).join(', ')})` : ''}`;
  });
  return [
    '## Filters',
    '',
    'The options of every command that applies to many proxies. A filter of text takes several values with commas between them; a value with a comma is in double quotes.',
    '',
    table(own),
    '',
    `Terms of \`search\`, all of which must hold: ${terms.join(', ')}.`,
    '',
  ].join('\n');
}

const isFilter = (name: string) => (FILTER_NAMES as readonly string[]).includes(name);

function section(command: CommandInfo): string {
  const { name, isOnMessage, description, requires, options } = command;
  const withFilters = takesFilters(command);
  const shown = withFilters ? options.filter((option) => !isFilter(option.name)) : options;
  const note = NOTES[name];
  const picture = `![](images/${fileOf({ of: name })}.png)`;
  return [
    `## ${isOnMessage ? name : `\`/${name}\``}`,
    '',
    `${description ? `${description}. ` : ''}Requires the role ${requires}.`,
    '',
    picture,
    ...(note ? ['', note] : []),
    ...(shown.length > 0 ? ['', table(shown)] : []),
    ...(withFilters ? ['', `Also takes the [filters](#filters).`] : []),
    '',
  ].join('\n');
}

function table(options: readonly OptionInfo[]): string {
  const rows = options.map(({ name, description, isRequired, choices }) => {
    const values = choices.map((choice) => `\`${choice}\``).join(', ');
    return `| \`${name}\`${isRequired ? ' (required)' : ''} | ${description.replaceAll('|', '\\|')} | ${values} |`;
  });
  return ['| option | meaning | values |', '|---|---|---|', ...rows].join('\n');
}
