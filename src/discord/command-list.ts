import type { APIApplicationCommandOption } from 'discord.js';
import type { CommandInfo, OptionInfo } from '../kit/help/command-info.ts';
import { type Registry, splitName } from './define/command.ts';
import { commandPayloads } from './register-commands.ts';

interface Described {
  name: string;
  description?: string;
  options?: readonly APIApplicationCommandOption[];
}

/**
 * Every command with its options, in the order of the registry.
 *
 * @param ids of the registered commands, by the first word of their name
 */
export function listCommands<S>(registry: Registry<S>, ids: ReadonlyMap<string, string> = new Map()): CommandInfo[] {
  const payloads = new Map<string, Described>(commandPayloads(registry).map((each) => [each.name, each as Described]));
  return registry.handlers.flatMap((handler): CommandInfo[] => {
    if (handler.kind !== 'command' && handler.kind !== 'message command') return [];
    const { name, requires } = handler;
    const isOnMessage = handler.kind === 'message command';
    const { command, subcommand } = isOnMessage ? { command: name, subcommand: undefined } : splitName(handler);
    const payload = payloads.get(command);
    const own = subcommand ? payload?.options?.find((each) => each.name === subcommand) : payload;
    const { description = '', options = [] } = (own ?? {}) as Partial<Described>;
    return [{ name, isOnMessage, description, requires, options: options.map(optionInfo), id: ids.get(command) }];
  });
}

function optionInfo(option: APIApplicationCommandOption): OptionInfo {
  const { name, description, required = false } = option;
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  return { name, description, isRequired: required, choices: choices.map((choice) => String(choice.name)) };
}
