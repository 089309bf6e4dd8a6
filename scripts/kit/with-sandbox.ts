import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createLogger } from '../../src/base/logger.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { openEmbedded } from '../../src/db/embedded.ts';
import { loadKeyFile } from '../../src/secrets/key-file.ts';
import { startApp } from '../../src/wiring/app.ts';
import { enterSandbox } from '../../src/wiring/sandbox-mode.ts';

const STOP_DEADLINE_MS = 30_000;

/** Runs the bot as `npm start` does, with an empty database, and gives its page in a browser. */
export async function withSandbox(
  browser: Browser,
  look: { width: number; height: number; pixelRatio: number },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-page-'));
  const log = createLogger('warn');
  const shutdown = new Shutdown(log, STOP_DEADLINE_MS);
  try {
    const database = await openEmbedded({ dataDir, log });
    shutdown.add('database', database.stop);
    const { discord, ...sandbox } = await enterSandbox({ port: 0, dataDir }, log, shutdown);
    const { token = '' } = discord;
    const config = { ...sandbox, modelCooldownDays: 7, accountsPerProxy: 3, discord: { ...discord, token } };
    const { services } = await startApp({
      config,
      databaseUrl: database.url,
      encryptionKey: loadKeyFile(dataDir),
      log,
      shutdown,
    });
    sandbox.offerSample(services);
    const { pixelRatio, ...viewport } = look;
    const page = await browser.newPage({ viewport, deviceScaleFactor: pixelRatio });
    await page.goto(sandbox.url);
    await page.getByText('bot online').first().waitFor({ state: 'attached' });
    await use(page);
    await page.close();
  } finally {
    await shutdown.run();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
