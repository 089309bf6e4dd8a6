import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BotProcess } from '../helpers/bot/bot-process.ts';
import { MortalBot } from '../helpers/bot/mortal-bot.ts';
import { connectOps, type Reply } from '../helpers/ops/ops.ts';

const PROXIES = 20_000;
const EXPORTS = 60;
const MIB = 1024 * 1024;
/** Between the memory of a bot that has made a few exports and that of the same bot during many of them at once. */
const MOST_GROWTH = 384 * MIB;
/** Of the second round over the first one. */
const MOST_LEFT = 64 * MIB;
const SAMPLE_MS = 50;

let bot: MortalBot;
let running: BotProcess;
beforeAll(async () => {
  bot = await MortalBot.prepare();
  running = await bot.start();
  await bot.database.pool.query(`insert into proxies (host, port, type, username, provider, label, credential_id, password_fingerprint)
    select 'gate-' || n || '.example.com', 8080, 'http', 'user-' || n, 'acme', 'label ' || n, gen_random_uuid(), '\\x00'
    from generate_series(1, ${PROXIES}) n`);
  await bot.database.pool.query('analyze');
});
afterAll(() => bot.stop());

/** The memory of the bot, without that shared with other processes. */
function memory(): number {
  const [, kib] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

const exportAll = (times: number) => {
  const vera = connectOps(bot.sandbox, 'vera');
  return Promise.all(Array.from({ length: times }, () => vera.command('/proxy export', { format: 'csv' })));
};

const inMib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;

/** @returns the most memory that the bot held during some work */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  let peak = memory();
  const sampling = setInterval(() => {
    peak = Math.max(peak, memory());
  }, SAMPLE_MS);
  await work().finally(() => clearInterval(sampling));
  return peak;
}

test('60 exports by one viewer at once are answered within a bound, and the next 60 need no more memory', async () => {
  for (let n = 0; n < 3; n++) await exportAll(1);
  const before = memory();
  const replies: Reply[] = [];
  const round = async () => void replies.push(...(await exportAll(EXPORTS)));
  const first = await peakOf(round);
  const second = await peakOf(round);
  process.stdout.write(
    `${EXPORTS} exports of ${PROXIES} proxies at once, twice: before ${inMib(before)}, most ${inMib(first)} and ${inMib(second)}\n`,
  );
  expect(replies.filter(({ text }) => !text.includes('exported'))).toEqual([]);
  expect(first - before).toBeLessThan(MOST_GROWTH);
  expect(second - first).toBeLessThan(MOST_LEFT);
});
