import { mkdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../test/helpers/bot/browser.ts';
import { withSandbox } from '../kit/with-sandbox.ts';
import { Desk, type Effort } from './desk.ts';
import { FIRST_HOUR_STEPS, LARGE_POOL, SAMPLE, type Step } from './steps.ts';

/** `npm run job -- 390 pictures sample`: the width of the page, the folder for a picture of each answer, and one part alone. */
const [width = '1280', pictures, only] = process.argv.slice(2);
const PARTS = { pool: LARGE_POOL, sample: SAMPLE, 'first-hour': FIRST_HOUR_STEPS };
const LOOK = { width: Number(width), height: 900, pixelRatio: 1 };

/** Does an operator's job in a browser, and prints the effort of each step as a table, beside that of the first walk. */
async function main(): Promise<void> {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, page ${width} pixels wide\n`);
  console.log('| step | who | clicks before | now | time before | now | public messages | before |');
  console.log('|---|---|---|---|---|---|---|---|');
  const browser = await launchBrowser();
  try {
    for (const [name, steps] of Object.entries(PARTS)) {
      if (only === undefined || only === name) await walk(browser, steps, pictures && `${pictures}/${name}`);
    }
  } finally {
    await browser.close();
  }
}

async function walk(browser: Browser, steps: readonly Step[], folder: string | undefined): Promise<void> {
  if (folder) mkdirSync(folder, { recursive: true });
  await withSandbox(browser, LOOK, async (page) => {
    const desk = new Desk(page, folder);
    for (const step of steps) {
      await desk.become(step.who);
      await step.walk(desk);
      console.log(rowOf(step, await desk.effort()));
    }
  });
}

function rowOf({ what, who, before }: Step, { clicks, seconds, publicMessages }: Effort): string {
  const now = `${seconds.toFixed(1)} s`;
  return `| ${[what, who, before.clicks, clicks, before.time, now, publicMessages, before.note ?? ''].join(' | ')} |`;
}

await main();
