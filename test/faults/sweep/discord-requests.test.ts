import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../helpers/sweep/commands.ts';
import { type Bench, openBench, type SweptCommand, sweep } from '../../helpers/sweep/sweep.ts';

/** Requests that belong to an interaction; alerts are delivered all the time. */
const ROUTE = /interactions|webhooks/;
/** As often as discord.js sends a request. */
const TRIES = 4;

/** How a request fails. */
const FAULTS = {
  'refused (403)': { status: 403, code: 50001, count: 1 },
  'failed (502)': { status: 502, count: TRIES },
} as const;

let bench: Bench;
let swept = 0;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
  process.stdout.write(`${swept} requests to Discord failed, of ${interactive.length} commands\n`);
  expect(swept).toBeGreaterThan(interactive.length * 3);
});

async function sweepRequests(command: SweptCommand, name: string, fail: (after: number) => void): Promise<void> {
  const { faults } = bench.bot.sandbox;
  let before = 0;
  const arm = (nth: number) => {
    before = faults.taken;
    fail(nth - 1);
  };
  const disarm = () => {
    faults.clear();
    return faults.taken > before;
  };
  swept += await sweep(bench, command, { name: `request ${name}`, arm, disarm });
}

const interactive = COMMANDS.filter(({ name }) => name.startsWith('/'));

test.each(interactive)('$name is done once or not at all, whichever request to Discord fails', async (command) => {
  const { faults } = bench.bot.sandbox;
  for (const [name, fault] of Object.entries(FAULTS)) {
    await sweepRequests(command, name, (after) => faults.fail({ route: ROUTE, after, ...fault }));
  }
  await sweepRequests(command, 'answer lost', (after) => faults.loseAnswers({ route: ROUTE, after, count: 1 }));
});
