import { EventEmitter, once } from 'node:events';
import { ROLE_IDS } from '../../../sandbox/server/ids.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server/index.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { type Bot, startBot } from '../../../src/discord/client.ts';
import type { Registry } from '../../../src/discord/define/command.ts';
import type { WorkOptions } from '../../../src/discord/dispatch/responder.ts';
import { text } from '../../../src/kit/parts.ts';
import type { View } from '../../../src/kit/view.ts';
import { connectOps, type Ops } from '../../helpers/ops/ops.ts';

export const ROLES = { viewer: [ROLE_IDS.viewer], operator: [ROLE_IDS.operator], admin: [ROLE_IDS.admin] };

/** A line of the log, as far as the tests look at it. */
export interface LogLine {
  level: string;
  msg: string;
  command?: string;
  outcome?: string;
  ref?: string;
}

/** The real client and dispatcher, with handlers that a test made up, against the stand-in for Discord. */
export interface MadeUpBot {
  sandbox: Sandbox;
  bot: Bot;
  ops: Ops;
  log: readonly LogLine[];
  waitForLine(said: Partial<LogLine>): Promise<LogLine>;
  stop(): Promise<void>;
}

export type Handlers = Registry<null>['handlers'];

/** The commands of tests that have subcommands. */
const GROUPS = { group: 'A group', large: 'A large group' };

export function registryOf(handlers: Handlers, autocomplete: Registry<null>['autocomplete'] = {}): Registry<null> {
  return { groups: GROUPS, handlers, autocomplete };
}

/** A logger that keeps its lines, and waits for the one that says what it should. */
export function keepLog() {
  const lines: LogLine[] = [];
  const events = new EventEmitter();
  const write = (text: string) => {
    lines.push(JSON.parse(text) as LogLine);
    events.emit('line');
  };
  const waitFor = async (said: Partial<LogLine>): Promise<LogLine> => {
    for (;;) {
      const found = lines.find((line) => isMatch(line, said));
      if (found) return found;
      await once(events, 'line');
    }
  };
  return { log: createLogger('debug', { write }), lines, waitFor };
}

function isMatch(line: LogLine, said: Partial<LogLine>): boolean {
  return Object.entries(said).every(([key, value]) => line[key as keyof LogLine] === value);
}

export async function startMadeUpBot(
  registry: Registry<null>,
  options: Partial<SandboxOptions> = {},
  work: WorkOptions = {},
): Promise<MadeUpBot> {
  const sandbox = await startSandbox({ port: 0, ...options });
  const { log, lines, waitFor } = keepLog();
  const { botToken: token, apiUrl, guildId } = sandbox;
  const onLost = (reason: string) => log.fatal(reason);
  const bot = await startBot({ registry, services: null, token, apiUrl, guildId, roles: ROLES, log, onLost, work });
  return {
    sandbox,
    bot,
    ops: connectOps(sandbox),
    log: lines,
    waitForLine: waitFor,
    async stop() {
      await bot.stop();
      await sandbox.stop();
    },
  };
}

export function say(words: string): View {
  return { components: [text(words)] };
}
