import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../test/helpers/bot/browser.ts';
import { Desk } from '../job/desk.ts';
import { dropFile, send, writeCommand } from '../kit/compose.ts';
import { withSandbox } from '../kit/with-sandbox.ts';
import { FIRST_FILE, fileOf, MENU, SAMPLE, type Subject } from './subjects.ts';

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
  const desk = new Desk(page, undefined);
  const take = async (subject: Pick<Subject, 'of'>, answer: Promise<Locator>) => {
    const shown = await answer;
    await page.waitForLoadState('networkidle');
    await shown.screenshot({ path: join(OUT, `${fileOf(subject)}.png`) });
  };
  for (const subject of SAMPLE) {
    const { of, options = {}, says, first, fields } = subject;
    if (first) {
      await desk.type(`/${first.of}`, first.options, first.says);
      if (first.press) await desk.press(first.press.button, first.press.says);
    }
    const answer = fields
      ? desk.typeAndFill({ path: `/${of}`, options, fields, says })
      : desk.type(`/${of}`, options, says);
    await take(subject, answer);
  }
  for (const subject of MENU) await take(subject, desk.chooseApp(subject.of, subject.posted, subject.says));
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
