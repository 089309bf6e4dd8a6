import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/helpers/bot/browser.ts';
import { dropFile, send, writeCommand } from '../kit/compose.ts';
import { withSandbox } from '../kit/with-sandbox.ts';
import { FIRST_FILE, fileOf, MENU, SAMPLE } from './subjects.ts';

/** `npm run screenshots -- 390 pictures`: another width of the page, and the folder for the pictures. */
const [width = '1100', folder] = process.argv.slice(2);
const OUT = folder ? resolve(folder) : resolve(import.meta.dirname, '../../docs/images');
const LOOK = { width: Number(width), height: 760, pixelRatio: 2 };
/** Taller than any answer: what is scrolled lies below the page's header. */
const TALL = 1_600;
const CARD = '.message:last-of-type';

/** Takes the pictures of the README and of docs, through the page, of the real bot: of a first import, then of a pool that lives. */
async function main(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const browser = await launchBrowser();
  try {
    await withSandbox(browser, LOOK, takeFirstPictures);
    await withSandbox(browser, LOOK, takeSamplePictures);
  } finally {
    await browser.close();
  }
}

/** Nine proxies of the sample are out of order, and some of them are found in the first seconds. */
const SAMPLE_INCIDENT = /[5-9] proxies failing/;

async function takeSamplePictures(page: Page): Promise<void> {
  await page.setViewportSize({ width: LOOK.width, height: TALL });
  await page.getByRole('radio', { name: /Ada/ }).check({ force: true });
  await page.getByText('bot online').first().waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Load sample data' }).click();
  await page.getByText(/^Loaded 300/).waitFor({ timeout: 60_000 });
  const alert = page.locator('.message', { hasText: SAMPLE_INCIDENT }).first();
  await alert.waitFor({ timeout: 60_000 });
  await alert.screenshot({ path: join(OUT, 'alert.png') });
  for (const subject of SAMPLE) {
    await takeAnswer(page, fileOf(subject), subject.says, () => command(page, `/${subject.of}`, subject.options));
  }
  for (const { of, posted, says } of MENU) {
    await page.getByRole('combobox', { name: /Message #ops/ }).fill(posted);
    await send(page);
    const message = page.locator('.message', { hasText: posted.split('\n')[0] ?? '' }).last();
    await message.waitFor();
    await takeAnswer(page, fileOf({ of }), says, async () => {
      await message.getByText('Apps').click();
      await message.getByRole('button', { name: of }).click();
    });
  }
}

/** Takes a picture of the message that answers an action. */
async function takeAnswer(page: Page, name: string, says: RegExp, act: () => Promise<void>): Promise<void> {
  const before = await page.locator('.message').count();
  await act();
  const answer = page.locator('.message').nth(before).filter({ hasText: says });
  await answer.waitFor();
  await page.waitForLoadState('networkidle');
  await answer.screenshot({ path: join(OUT, `${name}.png`) });
}

async function takeFirstPictures(page: Page): Promise<void> {
  await dropFile(page, FIRST_FILE);
  await send(page);
  await page.getByRole('button', { name: 'Import 120' }).waitFor();
  await page.screenshot({ path: join(OUT, 'channel.png') });
  await picture(page, 'proxy import');
  await page.getByRole('button', { name: 'Import 120' }).click();
  await page.getByText('Imported 120').waitFor();
  await command(page, '/proxy list');
  await page.getByText('Proxies 1–15 of 120').waitFor();
  await picture(page, 'proxy list');
  await page.getByRole('combobox', { name: 'Open a proxy' }).last().selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Credentials' }).last().waitFor();
  await picture(page, 'proxy show');
  await command(page, '/account add', { username: 'ann.rose', model: 'Amber' });
  await page.getByText('assigned').last().waitFor();
  await picture(page, 'account add');
  await command(page, '/account models');
  await page.getByRole('heading', { name: 'Models' }).waitFor();
  await picture(page, 'account models');
  await command(page, '/help');
  await page.getByText('getting started').waitFor();
  await picture(page, 'help');
}

async function command(page: Page, path: string, options: Parameters<typeof writeCommand>[2] = {}): Promise<void> {
  await writeCommand(page, path, options);
  await send(page);
}

function picture(page: Page, of: string): Promise<Buffer> {
  return page.locator(CARD).screenshot({ path: join(OUT, `${fileOf({ of })}.png`) });
}

await main();
