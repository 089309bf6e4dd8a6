import { createRequire } from 'node:module';
import type { RESTOptions } from 'discord.js';

type Agent = NonNullable<RESTOptions['agent']>;

/** The undici that discord.js brings, found as discord.js finds it. */
function undiciOfDiscord(): { Agent: new () => Agent } {
  const discord = createRequire(import.meta.resolve('discord.js'));
  return createRequire(discord.resolve('@discordjs/rest'))('undici');
}

/**
 * Connections of their own for the requests of discord.js. Otherwise it would use the global ones, which belong to whichever undici of
 * this process was loaded last; those of another version refuse messages with files.
 */
export function createAgent(): Agent {
  return new (undiciOfDiscord().Agent)();
}
