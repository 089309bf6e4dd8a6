import { afterEach, describe, expect, test } from 'vitest';
import { GUILD_ID } from '../../../sandbox/server/ids.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { type BotOptions, startBot } from '../../../src/discord/client.ts';
import { defineCommand, defineMessageCommand, defineModal } from '../../../src/discord/define/command.ts';
import { type FieldShape, textField } from '../../../src/discord/define/modal.ts';
import { choice, flag, integer, text } from '../../../src/discord/define/options.ts';
import { Dispatcher } from '../../../src/discord/dispatch/dispatch.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { startBareBot } from '../../e2e/sandbox/bare-bot.ts';
import { connectOps } from '../../helpers/ops/ops.ts';
import { type Handlers, keepLog, ROLES, registryOf, say } from './made-up-bot.ts';

const run = async () => say('here');
const command = (name: string, options: Parameters<ReturnType<typeof defineCommand<null>>>[0]['options'] = {}) =>
  defineCommand<null>()({ name, description: 'Says hello', options, requires: 'viewer', ack: 'public', run });
const menu = defineMessageCommand<null>()({ name: 'Read this', requires: 'viewer', ack: 'public', run });

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function sandboxed(): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0 });
  open.push(sandbox);
  return sandbox;
}

/** Starts the bot and keeps what it logs. */
function start(sandbox: Sandbox, handlers: Handlers, changes: Partial<BotOptions<null>> = {}) {
  const { log, lines, waitFor } = keepLog();
  const { botToken: token, apiUrl, guildId } = sandbox;
  const registry = registryOf(handlers);
  const onLost = (reason: string) => log.fatal(reason);
  const bot = startBot({
    registry,
    services: null,
    token,
    apiUrl,
    guildId,
    roles: ROLES,
    log,
    onLost,
    ...changes,
  });
  return { bot, lines, waitFor };
}

async function startAndStop(sandbox: Sandbox, handlers: Handlers): Promise<void> {
  await (await start(sandbox, handlers).bot).stop();
}

const puts = (sandbox: Sandbox) => sandbox.requests.filter(({ method }) => method === 'PUT').length;

describe('the commands', () => {
  const handlers = (max: number) => [
    command('hello', {
      optional: choice('A word', ['one', 'two'], {}),
      days: integer('A number', { min: 0, max }),
      sure: flag('Yes or no', {}),
      needed: text('Text', { required: true }),
    }),
    command('group one'),
    command('group two'),
    menu,
  ];

  test('are registered once, and again only when they differ', async () => {
    const sandbox = await sandboxed();
    await startAndStop(sandbox, handlers(7));
    expect(puts(sandbox)).toBe(1);
    await startAndStop(sandbox, handlers(7));
    expect(puts(sandbox)).toBe(1);
    await startAndStop(sandbox, handlers(8));
    expect(puts(sandbox)).toBe(2);
    await startAndStop(sandbox, [command('hello')]);
    expect(puts(sandbox)).toBe(3);
    const names = sandbox
      .operator('otto')
      .commands()
      .map(({ name }) => name);
    expect([names, sandbox.violations]).toEqual([['hello'], []]);
  });

  test('say which they are in the log', async () => {
    const sandbox = await sandboxed();
    const first = start(sandbox, handlers(7));
    await (await first.bot).stop();
    const second = start(sandbox, handlers(7));
    await (await second.bot).stop();
    expect(first.lines.map((line) => line.msg)).toContain('registered the commands with Discord');
    expect(second.lines.map((line) => line.msg)).toContain('the commands are registered and up to date');
  });

  test('over what Discord takes of one are refused before they are sent', async () => {
    const sandbox = await sandboxed();
    const large = Array.from({ length: 25 }, (_, n) => {
      const options = Object.fromEntries(Array.from({ length: 5 }, (_each, m) => [`o${m}`, flag('x'.repeat(60), {})]));
      return command(`large s${n}`, options);
    });
    await expect(start(sandbox, large).bot).rejects.toThrow("the command large exceeds Discord's size limit");
    expect([puts(sandbox), sandbox.violations]).toEqual([0, []]);
  });
});

describe('commands that Discord does not take', () => {
  const SAID = 'the commands could not be registered; the bot works with those that Discord has, and tries again';

  test.each([
    ['because of the daily limit', { status: 429, code: 30034, count: 1 }],
    ['because it is down', { status: 503, code: 0, count: 4 }],
    ['because it refuses them', { status: 400, code: 50035, count: 1 }],
  ])('%s do not keep the bot from starting, and are registered later', async (_why, fault) => {
    const sandbox = await sandboxed();
    await startAndStop(sandbox, [command('hello')]);
    sandbox.faults.fail({ route: 'PUT /applications', ...fault });
    const second = start(sandbox, [command('hello'), command('new')]);
    open.push(await second.bot);
    await second.waitFor({ level: 'warn', msg: SAID });
    expect((await connectOps(sandbox).command('/hello')).text).toBe('here');
    await second.waitFor({ msg: 'registered the commands with Discord' });
    expect((await connectOps(sandbox).command('/new')).text).toBe('here');
  });

  test('for a long time do not keep the bot from starting either', async () => {
    const sandbox = await sandboxed();
    await startAndStop(sandbox, [command('hello')]);
    sandbox.faults.rateLimit({ route: 'GET /applications', count: 1, retryAfterMs: 50_000 });
    open.push(await start(sandbox, [command('hello')]).bot);
    expect((await connectOps(sandbox).command('/hello')).text).toBe('here');
  });
});

describe('a bot that cannot start says why in a sentence', () => {
  test('when the token is wrong', async () => {
    const sandbox = await sandboxed();
    const wrong = start(sandbox, [], { token: `${sandbox.botToken}x` });
    await expect(wrong.bot).rejects.toThrow(/rejected DISCORD_TOKEN/);
    sandbox.violations.length = 0;
  });

  test('when it is not a member of the server, with the invite link', async () => {
    const sandbox = await sandboxed();
    const other = `${GUILD_ID.slice(0, -1)}9`;
    await expect(start(sandbox, [], { guildId: other }).bot).rejects.toThrow(
      /not a member of the server 100000000000000009 .*oauth2\/authorize\?client_id=\d+&scope=bot\+applications\.commands/,
    );
  });

  test.each([
    ['GET /gateway/bot', 502, 'Discord answered 502 to GET /api/v10/gateway/bot.'],
    ['GET /gateway/bot', 403, 'Discord answered 403 to GET /api/v10/gateway/bot.'],
    ['GET /gateway/bot', 401, 'Discord rejected DISCORD_TOKEN.'],
    ['GET /applications', 403, 'The bot does not have permission to register commands on this server.'],
  ])('when %s answers %i', async (route, status, sentence) => {
    const sandbox = await sandboxed();
    sandbox.faults.fail({ route, status, count: Number.POSITIVE_INFINITY, code: status === 403 ? 50001 : 0 });
    await expect(start(sandbox, [command('hello')]).bot).rejects.toThrow(sentence);
  });

  test('when Discord cannot be reached', async () => {
    const sandbox = await startSandbox({ port: 0 });
    await sandbox.stop();
    await expect(start(sandbox, []).bot).rejects.toThrow(`Discord is not reachable at ${new URL(sandbox.url).host}.`);
  });
});

test('a stop waits for what has begun, and takes nothing more', async () => {
  const sandbox = await sandboxed();
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const slow = defineCommand<null>()({
    name: 'slow',
    description: 'Takes its time',
    options: {},
    requires: 'viewer',
    ack: 'public',
    async run() {
      begun.resolve();
      await held.promise;
      return say('finished');
    },
  });
  const { bot } = start(sandbox, [slow]);
  const running = await bot;
  const reply = connectOps(sandbox).command('/slow');
  await begun.promise;
  const stopped = running.stop();
  held.resolve();
  await stopped;
  expect((await reply).text).toBe('finished');
  expect([sandbox.isBotConnected, sandbox.violations]).toEqual([false, []]);
});

test('a server that the bot does not serve is refused, whatever the role', async () => {
  const sandbox = await sandboxed();
  const { log, waitFor } = keepLog();
  const registry = registryOf([command('hello')]);
  const dispatcher = new Dispatcher({ registry, services: null, guildId: '1', roles: ROLES, log });
  const definition = [{ name: 'hello', description: 'Says hello' }];
  open.push(await startBareBot(sandbox, definition, (interaction) => dispatcher.handle(interaction)));
  const refusal = await connectOps(sandbox, 'ada').command('/hello');
  expect([refusal.isEphemeral, refusal.text]).toEqual([true, '**This bot belongs to another Discord server.**']);
  await waitFor({ command: 'hello', outcome: 'wrong_guild' });
});

test('a modal opened by an older version, with other fields, is out of date', async () => {
  const sandbox = await sandboxed();
  const program = (fields: FieldShape) => {
    const modal = defineModal<null>()({
      id: defineId('test.modal', {}),
      title: 'Edit',
      fields,
      requires: 'viewer',
      ack: 'public',
      run,
    });
    const opener = defineCommand<null>()({
      name: 'modal',
      description: 'Opens a modal',
      options: {},
      requires: 'viewer',
      ack: 'modal',
      run: async () => modal.open({}),
    });
    return [modal, opener];
  };
  const older = await start(sandbox, program({ label: textField('Label', {}) })).bot;
  const opened = await connectOps(sandbox).command('/modal');
  await older.stop();
  open.push(await start(sandbox, program({ label: textField('Label', {}), notes: textField('Notes', {}) })).bot);
  const refusal = await opened.submit({ Label: 'x' });
  expect([refusal.isEphemeral, refusal.text]).toEqual([true, expect.stringContaining('This message is out of date.')]);
});
