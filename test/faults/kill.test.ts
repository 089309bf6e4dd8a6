import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { MortalBot } from '../helpers/bot/mortal-bot.ts';
import { Webshare } from '../helpers/providers/webshare.ts';
import { COMMANDS } from '../helpers/sweep/commands.ts';
import { type Hands, prepare, run, whatIs } from '../helpers/sweep/sweep.ts';
import { Worlds } from '../helpers/sweep/world.ts';

/** Commands that change more than one row, and one that changes one. */
const KILLED = [
  ...['/proxy import → Import 3', '/proxy import → Import 3 → Undo', '/account import', '/proxy fill', '/proxy remove'],
  ...['/proxy rebalance', '/proxy edit', '/proxy deactivate', '/account edit → Apply', '/proxy assign'],
];
const commands = KILLED.map((name) => COMMANDS.find((each) => each.name.startsWith(name)) ?? fail(name));
/** Longer than any of these commands takes. */
const LATEST_MS = 250;

function fail(name: string): never {
  throw new Error(`There is no command ${name}.`);
}

let bot: MortalBot;
let bench: Hands & { worlds: Worlds };
beforeAll(async () => {
  bot = await MortalBot.prepare();
  await bot.start();
  bench = { ops: bot.ops.as('ada'), apiUrl: '', provider: new Webshare('key'), worlds: await Worlds.of(bot.database) };
});
afterAll(() => bot.stop());

test.each(commands)('$name is done once or not at all if the bot is killed in the middle', async (command) => {
  const done = await run(bench, command);
  const act = await prepare(bench, command);
  const before = await bench.worlds.read();
  const afterMs = Math.random() * LATEST_MS;
  const killed = new Promise((resolve) => setTimeout(resolve, afterMs)).then(() => bot.kill('SIGKILL'));
  act().catch(() => undefined);
  await killed;
  await bot.start();
  const where = `killed after ${afterMs} ms`;
  expect(whatIs(await bench.worlds.read(), { before, done }), where).toBeOneOf(['before', 'done']);
  expect(await findBroken(bot.database), where).toEqual({});
  await act();
  expect(await bench.worlds.read(), where).toEqual(done);
  await expect.poll(() => bot.count('clicked_messages'), { message: where }).toBe(0);
});

test('a bot that gets SIGTERM in the middle of an import ends it, and answers', async () => {
  const [imported = fail('import')] = commands;
  const done = await run(bench, imported);
  const act = await prepare(bench, imported);
  const [told] = await Promise.all([act(), bot.kill('SIGTERM')]);
  expect(told).toContain('**Imported 3**');
  expect(await bench.worlds.read()).toEqual(done);
  await bot.start();
});

test('a bot whose commands and jobs wait for a lock that is never released ends within its time', async () => {
  const [imported = fail('import')] = commands;
  const act = await prepare(bench, imported);
  const other = await bot.database.pool.connect();
  await other.query('begin; lock table proxies, accounts in access exclusive mode');
  act().catch(() => undefined);
  const started = performance.now();
  await bot.kill('SIGTERM');
  // The time that docs/operations.md names, and some for the process itself.
  expect(performance.now() - started).toBeLessThan(33_000);
  await other.query('rollback');
  other.release();
  await bot.start();
  expect(await findBroken(bot.database)).toEqual({});
}, 120_000);
