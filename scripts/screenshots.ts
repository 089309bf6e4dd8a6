import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openSandbox } from '../sandbox/open.ts';
import { startApp } from '../src/app.ts';
import { openEmbedded } from '../src/db/embedded.ts';
import { createLogger } from '../src/logger.ts';
import { sandboxChecks } from '../src/sandbox-mode.ts';
import { loadKeyFile } from '../src/secrets/key-file.ts';
import { Shutdown } from '../src/shutdown.ts';
import { launchBrowser } from '../test/helpers/browser.ts';

const OUT = resolve(import.meta.dirname, '../docs/images');
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

/** Takes the pictures of the README and of docs, through the page, of the real bot. */
async function main(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-pictures-'));
  const log = createLogger('warn');
  const shutdown = new Shutdown(log, 10_000);
  try {
    const database = await openEmbedded({ dataDir, log });
    shutdown.add('database', database.stop);
    const sandbox = await openSandbox({ port: 0, dataDir });
    shutdown.add('sandbox', sandbox.stop);
    const checks = { ...sandboxChecks(sandbox.checks), intervalMs: 0 };
    const config = { ...sandbox, checks, modelCooldownDays: 7, accountsPerProxy: 3, allowPrivateProxies: false };
    await startApp({ config, databaseUrl: database.url, encryptionKey: loadKeyFile(dataDir), log, shutdown });
    const browser = await launchBrowser();
    shutdown.add('browser', () => browser.close());
    await takePictures(
      await browser.newPage({ viewport: { width: 1100, height: 760 }, deviceScaleFactor: 2 }),
      sandbox.url,
    );
  } finally {
    await shutdown.run();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function takePictures(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText('bot online').waitFor();
  await drop(page);
  await page.getByRole('button', { name: 'Send' }).click();
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
  await page.getByText('where to begin').waitFor();
  await picture(page, 'help');
}

async function drop(page: Page): Promise<void> {
  const dataTransfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'acme-week-48.txt', { type: 'text/plain' }));
    return data;
  }, FILE);
  await page.dispatchEvent('.channel', 'drop', { dataTransfer });
  await page.getByRole('button', { name: 'Leave the command' }).waitFor();
}

async function command(page: Page, path: string): Promise<void> {
  await page.getByRole('combobox', { name: /Message #ops/ }).fill(path);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Send' }).click();
}

async function add(page: Page, username: string, model: string): Promise<void> {
  await page.getByRole('combobox', { name: /Message #ops/ }).fill('/account add');
  await page.keyboard.press('Enter');
  await page.getByLabel(/^username/).fill(username);
  await page.getByLabel(/^model/).fill(model);
  await page.getByRole('button', { name: 'Send' }).click();
}

function picture(page: Page, name: string): Promise<Buffer> {
  return page.locator(CARD).screenshot({ path: join(OUT, `${name}.png`) });
}

await main();
