import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFiles } from '../../sandbox/sample/example-files.ts';
import { SamplePool } from '../../sandbox/sample/sample-pool.ts';
import type { OptionValues } from '../../sandbox/server/operator/options.ts';
import { FIRST_HOUR, pageSteps } from '../../scripts/job/first-hour.ts';
import { parseTarget } from '../../src/domain/health/check-target.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';
import type { Reply } from '../helpers/ops/ops.ts';

/** A tenth of the rows that the page names, so that the walk is short. */
const SIZES = { '5,000': '500', '12,000': '1,200' };

const stepsOf = (page: string) =>
  pageSteps(page.replaceAll(/\b(?:5|12),000\b/g, (size) => SIZES[size as keyof typeof SIZES]));

/** The words of a message, without its marks for bold text and code and with single blanks. */
const shownBy = (reply: Reply | undefined) => reply?.text.replaceAll(/[*`]/g, '').replaceAll(/\s+/g, ' ');

let pool: SamplePool;
let bot: TestBot;

beforeAll(async () => {
  pool = await SamplePool.start();
  const { url, caPem } = pool.target;
  bot = await startTestBot({ allowPrivateProxies: true, checks: { targets: [parseTarget(url)], ca: caPem } });
});
afterAll(async () => {
  await bot.stop();
  await pool.stop();
});

test('a new user can do what the page says, and sees what it promises', async () => {
  const files = new Map(exampleFiles(pool, { proxies: 500, accounts: 1_200 }).map((file) => [file.name, file]));
  const read = (key: string, value: string) =>
    key === 'file' ? { name: value, data: Buffer.from(files.get(value)?.text() ?? '') } : value;
  let reply: Reply | undefined;
  let done = 0;
  for (const step of stepsOf(FIRST_HOUR)) {
    if (step.kind === 'type') {
      const options: OptionValues = Object.fromEntries(step.options.map(([key, value]) => [key, read(key, value)]));
      reply = await bot.ops.as('ada').command(step.path, options);
    } else if (step.kind === 'see') {
      expect(shownBy(reply)).toContain(step.text);
    } else if (step.text !== 'Requests') {
      reply = await reply?.click(step.text);
    }
    done++;
  }
  expect(done).toBeGreaterThan(15);
  expect(FIRST_HOUR.match(/^\d+\. /gm)?.length).toBe(done + 2);
});
