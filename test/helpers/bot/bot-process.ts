import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ROLE_IDS } from '../../../sandbox/server/ids.ts';
import type { Sandbox } from '../../../sandbox/server/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The bot as an operating system sees it: a process that can be killed. */
export interface BotProcess {
  pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it ends without a signal of the test. */
  ended: Promise<{ code: number | null; stderr: string }>;
}

/** Starts `main.ts` with a token, a database and a key, as in production, and waits until it is ready. */
export async function startBotProcess(
  sandbox: Sandbox,
  databaseUrl: string,
  encryptionKey: Buffer,
  settings: Readonly<Record<string, string>> = {},
): Promise<BotProcess> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=8', '--v8-pool-size=1', 'bin/start.mjs', 'src/programs/main.ts'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        DISCORD_TOKEN: sandbox.botToken,
        DISCORD_GUILD_ID: sandbox.guildId,
        OPS_CHANNEL_ID: sandbox.channelId,
        DISCORD_API_URL: sandbox.apiUrl,
        DATABASE_URL: databaseUrl,
        ENCRYPTION_KEY: encryptionKey.toString('base64'),
        // No test goes to the targets of the default configuration.
        CHECK_INTERVAL: '0',
        HTTP_PORT: '0',
        VIEWER_ROLE_IDS: ROLE_IDS.viewer,
        OPERATOR_ROLE_IDS: ROLE_IDS.operator,
        ADMIN_ROLE_IDS: ROLE_IDS.admin,
        ...settings,
      },
    },
  );
  const ended = untilEnded(child);
  await untilReady(child);
  return {
    pid: Number(child.pid),
    ended,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

async function untilEnded(child: ChildProcess): BotProcess['ended'] {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (!child.stdout || !child.stderr) throw new Error('the bot has no output');
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('the bot is ready')) {
      child.stdout.resume();
      return;
    }
  }
  throw new Error(`the bot ended before it was ready:\n${said.join('\n')}`);
}
