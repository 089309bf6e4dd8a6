import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/helpers/bot/browser.ts';
import { dropFile, send, writeCommand } from './kit/compose.ts';
import { withSandbox } from './kit/with-sandbox.ts';

const OUT = resolve(import.meta.dirname, '../docs/images');
const LOOK = { width: 1100, height: 760, pixelRatio: 2 };
const CARD = '.message:last-of-type';

/** A provider's file as it comes: two formats, a duplicate, a mistake. */
const FILE = [
  '# Acme, week 48',
  ...Array.from({ length: 118 }, (_, n) => `203.0.113.${n + 1}:8080:customer-ann-sessid-${n}:s3cret${n}`),
  'socks5://bob:pw@198.51.100.4:1080',
  'bob:pw@198.51.100.5:3128',
  '203.0.113.7:8080:customer-ann-sessid-6:s3cret6',
  '203.0.113.300:8080:customer-ann:s3cret',
].join('\n');

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

/** The subject of each picture of the sample: the command, its options, and the text of its complete answer. */
const SAMPLE_PICTURES: { name: string; command: string; options?: Record<string, string>; says: RegExp }[] = [
  { name: 'proxy-test', command: '/proxy test', says: /Tested 300/ },
  { name: 'proxy-deactivate', command: '/proxy deactivate', options: { provider: 'Globex' }, says: /Globex|accounts/ },
  { name: 'proxy-rebalance', command: '/proxy rebalance', options: { goal: 'compact' }, says: /move|Nothing/ },
  { name: 'proxy-history', command: '/proxy history', says: /History|since/i },
  { name: 'proxy-fill', command: '/proxy fill', says: /./ },
  { name: 'account-list', command: '/account list', says: /Accounts/ },
  { name: 'alerts-list', command: '/alerts list', says: /open|alert/i },
  { name: 'alerts-settings', command: '/alerts settings', says: /failover/i },
  { name: 'vps-list', command: '/vps list', says: /VPS 1–/ },
  { name: 'vps-map', command: '/vps map', says: /\d VPS/ },
  { name: 'audit', command: '/audit', says: /Audit|entries/i },
];

/** Nine proxies of the sample are out of order, and some of them are found in the first seconds. */
const SAMPLE_INCIDENT = /[5-9] proxies failing/;

async function takeSamplePictures(page: Page): Promise<void> {
  // The tallest answer with room around it: what is scrolled lies below the page's header.
  await page.setViewportSize({ width: 1100, height: 1600 });
  await page.getByRole('radio', { name: /Ada/ }).check();
  await page.getByText('bot online').waitFor();
  await page.getByRole('button', { name: 'Load sample data' }).click();
  await page.getByText(/^Loaded 300/).waitFor({ timeout: 60_000 });
  const alert = page.locator('.message', { hasText: SAMPLE_INCIDENT }).first();
  await alert.waitFor({ timeout: 60_000 });
  await alert.screenshot({ path: join(OUT, 'alert.png') });
  for (const { name, command: path, options, says } of SAMPLE_PICTURES) {
    const before = await page.locator('.message').count();
    await command(page, path, options);
    const answer = page.locator('.message').nth(before).filter({ hasText: says });
    await answer.waitFor();
    await page.waitForLoadState('networkidle');
    await answer.screenshot({ path: join(OUT, `${name}.png`) });
  }
}

async function takeFirstPictures(page: Page): Promise<void> {
  await dropFile(page, { name: 'acme-week-48.txt', text: FILE });
  await send(page);
  await page.getByRole('button', { name: 'Import 120' }).waitFor();
  await page.screenshot({ path: join(OUT, 'channel.png') });
  await picture(page, 'proxy-import');
  await page.getByRole('button', { name: 'Import 120' }).click();
  await page.getByText('Imported 120').waitFor();
  await command(page, '/proxy list');
  await page.getByText('Proxies 1–15 of 120').waitFor();
  await picture(page, 'proxy-list');
  await page.getByRole('combobox', { name: 'Open a proxy' }).last().selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Credentials' }).last().waitFor();
  await picture(page, 'proxy-show');
  await add(page, 'ann.rose', 'Amber');
  await page.getByText('assigned').last().waitFor();
  await picture(page, 'account-add');
  await command(page, '/account models');
  await page.getByRole('heading', { name: 'Models' }).waitFor();
  await picture(page, 'account-models');
  await command(page, '/help');
  await page.getByText('getting started').waitFor();
  await picture(page, 'help');
}

async function command(page: Page, path: string, options: Record<string, string> = {}): Promise<void> {
  await writeCommand(page, path, options);
  await send(page);
}

function add(page: Page, username: string, model: string): Promise<void> {
  return command(page, '/account add', { username, model });
}

function picture(page: Page, name: string): Promise<Buffer> {
  return page.locator(CARD).screenshot({ path: join(OUT, `${name}.png`) });
}

await main();
