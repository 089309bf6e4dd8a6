import { expect } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { startTestBot, type TestBot, type TestBotOptions } from '../bot/bot.ts';
import type { Ops } from '../ops/ops.ts';
import { startProvider } from '../providers/provider-server.ts';
import { Webshare } from '../providers/webshare.ts';
import { SEED } from './seed.ts';
import { type World, Worlds } from './world.ts';

/** The answer to the caller; undefined if none arrived. */
export type Told = string | undefined;

/** Something that changes the database, as a person or a program does it. */
export interface SweptCommand {
  name: string;
  /** Rows beside those of `SEED`. */
  seed?: string;
  /** False: it does another thing each time, such as moving an account once more, so it is not repeated once it is done. */
  isRepeatable?: boolean;
  /** Does the first of two steps of a change that is documented to have two. A failure of the second leaves the first done. */
  firstStep?: SweptCommand['prepare'];
  /** Does everything that comes before the change, such as its preview. @returns the change; a repetition is allowed */
  prepare(hands: Hands): Promise<() => Promise<Told>>;
}

/** The ways to reach a bot. */
export interface Hands {
  ops: Ops;
  /** Of the HTTP API. */
  apiUrl: string;
  /** The provider of a source. */
  provider: Webshare;
}

export interface Bench extends Hands {
  bot: TestBot;
  worlds: Worlds;
  close(): Promise<void>;
}

/** Makes something fail while a command runs. */
export interface Saboteur {
  name: string;
  arm(nth: number): void;
  /** @returns whether anything has failed */
  disarm(): boolean;
}

/** For an answer that takes long. */
const ENDED_MS = 60_000;

export async function openBench(options: TestBotOptions = {}): Promise<Bench> {
  const provider = new Webshare('key');
  const server = await startProvider((url) => provider.answer(url));
  const bot = await startTestBot({ ...options, sourceApiUrls: { webshare: server.url } });
  const close = async () => {
    await bot.stop();
    await server.stop();
  };
  return { bot, close, ops: bot.ops.as('ada'), apiUrl: bot.apiUrl, provider, worlds: await Worlds.of(bot.database) };
}

/**
 * Runs a command again and again, and lets something later fail each time, until nothing fails any more. Whatever fails, the command is
 * done as a whole or not at all, the answer is true, and the same command given again completes it once.
 *
 * @returns how many failures were tried
 */
export async function sweep(bench: Bench, command: SweptCommand, saboteur: Saboteur): Promise<number> {
  const done = await run(bench, command);
  const { firstStep } = command;
  const half = firstStep && (await run(bench, { ...command, prepare: firstStep }));
  for (let nth = 1; ; nth++) {
    const act = await prepare(bench, command);
    const before = await bench.worlds.read();
    saboteur.arm(nth);
    const told = await answerTo(bench, act);
    const hasFailed = saboteur.disarm();
    const after = await bench.worlds.read();
    const where = `${command.name}, ${saboteur.name} ${nth}: ${told}`;
    if (!hasFailed) {
      expect(after, where).toEqual(done);
      return nth - 1;
    }
    const found = whatIs(after, { before, half, done });
    expect(found, where).toBeOneOf(whatMayBe(told));
    expect(await findBroken(bench.bot.database), where).toEqual({});
    if (command.isRepeatable === false && found === 'done') continue;
    const again = await answerTo(bench, act);
    expect(await bench.worlds.read(), `${where}; repeated: ${again}`).toEqual(done);
    expect(await findBroken(bench.bot.database), where).toEqual({});
  }
}

export async function prepare(
  bench: Hands & { worlds: Worlds },
  { seed = '', prepare: begin }: SweptCommand,
): Promise<() => Promise<Told>> {
  await bench.worlds.reset(SEED + seed);
  return begin(bench);
}

export async function run(bench: Hands & { worlds: Worlds }, command: SweptCommand): Promise<World> {
  const act = await prepare(bench, command);
  const before = await bench.worlds.read();
  const told = await act();
  const after = await bench.worlds.read();
  expect(after, `${command.name} changes something: ${told}`).not.toEqual(before);
  return after;
}

/** An answer may be missing, so this ends when the bot has finished. */
async function answerTo({ bot }: Bench, act: () => Promise<Told>): Promise<Told> {
  const since = bot.logged.length;
  const isFinished = () => bot.logged.slice(since).some((line) => line.includes('"msg":"interaction"'));
  let isTold = false;
  const told = act()
    .catch(() => undefined)
    .finally(() => {
      isTold = true;
    });
  await expect.poll(() => isTold || isFinished(), { interval: 10, timeout: ENDED_MS }).toBe(true);
  return Promise.race([told, soon()]);
}

/** An answer that has arrived is seen before this. */
const soon = () => new Promise<undefined>((resolve) => setImmediate(() => setImmediate(resolve, undefined)));

type Kind = 'before' | 'half' | 'done';

/** @returns how much of a command is done, or else the difference to all of it */
export function whatIs(world: World, known: { before: World; half?: World | undefined; done: World }): Kind | string {
  const { before, half, done } = known;
  const isEqual = (other: World) => Object.keys(other).every((table) => other[table] === world[table]);
  if (isEqual(before)) return 'before';
  if (isEqual(done)) return 'done';
  if (half && isEqual(half)) return 'half';
  const different = Object.keys(done).filter((table) => done[table] !== world[table]);
  return different.map((table) => `${table}:\n${world[table]}\nexpected:\n${done[table]}`).join('\n');
}

/** The claim of the words. */
function whatMayBe(told: Told): Kind[] {
  if (told === undefined || /not certain|Check before you repeat/i.test(told)) return ['before', 'half', 'done'];
  if (/Nothing was changed|The database is unavailable/.test(told)) return ['before'];
  return ['done'];
}
