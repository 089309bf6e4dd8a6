import type { Level } from '../level.ts';

/** An option of a command, as Discord shows it. */
export interface OptionInfo {
  name: string;
  description: string;
  isRequired: boolean;
  /** The values to choose from; empty if any value is allowed. */
  choices: readonly string[];
}

/** A command, as Discord shows it. */
export interface CommandInfo {
  /** `help` or `proxy list`; a message command has the name that its menu shows. */
  name: string;
  isOnMessage: boolean;
  description: string;
  requires: Level;
  options: readonly OptionInfo[];
  /** The id under which Discord has it; undefined until it is registered. */
  id: string | undefined;
}

/** A command that opens at a click, or its name until it is registered. A message command is in the Apps menu of messages. */
export function commandMention({ name, id, isOnMessage }: Omit<CommandInfo, 'options'>): string {
  if (isOnMessage) return `**Apps → ${name}**`;
  return id === undefined ? `\`/${name}\`` : `</${name}:${id}>`;
}

/** A command in code, alone or with what follows it, such as `/alerts settings failover:`. */
const IN_CODE = /`\/([a-z]+(?: [a-z-]+)?)((?: [^`]*)?)`/g;

/** A text in which each command that is written as code opens at a click. */
export function linkCommands(text: string, commands: readonly CommandInfo[]): string {
  return text.replace(IN_CODE, (whole, written: string, behind: string) => {
    const words = written.split(' ');
    const command = commands.find(({ name }) => name === written) ?? commands.find(({ name }) => name === words[0]);
    if (!command) return whole;
    const rest = `${written.slice(command.name.length)}${behind}`.trim();
    return rest === '' ? commandMention(command) : `${commandMention(command)} \`${rest}\``;
  });
}
