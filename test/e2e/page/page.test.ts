import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPage } from '../../../sandbox/server/page/page.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { launchBrowser } from '../../helpers/bot/browser.ts';
import { removeProxies } from '../../helpers/pool/empty-pool.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LIST = ['203.0.113.7:8080:customer-ann:s3cret', 'socks5://bob:pw@198.51.100.4:1080', '10.0.0.3:8080:x:y'].join(
  '\n',
);

let bot: TestBot;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let isSampleLoaded = false;

beforeAll(async () => {
  const sample = async (report: (line: string) => void) => {
    isSampleLoaded = true;
    report('sample data is there');
  };
  bot = await startTestBot({ page: (sandbox) => createPage({ sandbox, sample: () => sample }) });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await bot.stop();
});

beforeEach(async () => {
  await emptyChannel();
  await removeProxies(bot.database);
  context = await browser.newContext({ viewport: { width: 1280, height: 860 }, bypassCSP: false });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(bot.sandbox.url);
  await page.getByText('bot online').waitFor();
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

/** Deletes all messages, so that no test sees those of another. */
async function emptyChannel(): Promise<void> {
  const { apiUrl, botToken, channelId } = bot.sandbox;
  for (const name of ['otto', 'vera', 'sam'] as const) {
    const person = bot.sandbox.operator(name);
    for (const { id, flags, author } of person.messages()) {
      const isForOne = ((flags ?? 0) & 64) !== 0;
      if (isForOne || !author.bot) person.remove(id);
      else {
        const headers = { authorization: `Bot ${botToken}` };
        const gone = await fetch(`${apiUrl}/v10/channels/${channelId}/messages/${id}`, { method: 'DELETE', headers });
        expect(gone.status).toBe(204);
      }
    }
  }
}

/** Imports the list beside the page. */
async function importList(): Promise<void> {
  const file = { name: 'acme.txt', data: Buffer.from(LIST) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 2');
}

const lastButton = (name: string | RegExp): Locator => page.getByRole('button', { name }).last();

async function drop(text: string, name: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([content, fileName]) => {
      const data = new DataTransfer();
      data.items.add(new File([content ?? ''], fileName ?? '', { type: 'text/plain' }));
      return data;
    },
    [text, name],
  );
  await page.dispatchEvent('.channel', 'drop', { dataTransfer });
}

/** Types a command as far as its name and sends it. */
async function command(path: string): Promise<void> {
  await page.getByRole('combobox', { name: /Message #ops/ }).fill(path);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Send' }).click();
}

test('a dropped file becomes an import, from preview to table, and is paged and opened', async () => {
  await drop(LIST, 'acme.txt');
  await page.getByText('/proxy import').waitFor();
  await lastButton('Send').click();
  await lastButton('Import 2').click();
  await lastButton('Undo').waitFor();
  await page.getByText('Imported 2').waitFor();
  const { rows } = await bot.database.pool.query('select count(*)::int as count from proxies where removed_at is null');
  expect(rows).toEqual([{ count: 2 }]);

  await command('/proxy list');
  await page.getByText('Proxies 1–2 of 2').waitFor();
  await page.getByRole('combobox', { name: 'Open a proxy' }).last().selectOption({ index: 1 });
  await lastButton('Credentials').click();
  await page.getByText('Only you can see this').waitFor();
  await page.getByText('s3cret', { exact: true }).waitFor();
  await lastButton('Dismiss message').click();
  await expect.poll(() => page.getByText('Only you can see this').count()).toBe(0);
  expect(bot.sandbox.violations).toEqual([]);
});

test('a modal opens, takes a list, and closes', async () => {
  await command('/proxy import');
  await page.getByRole('heading', { name: 'Import proxies' }).waitFor();
  await page.getByLabel('Or paste a list').fill('192.0.2.9:3128');
  await page.getByRole('button', { name: 'Submit' }).click();
  await lastButton('Import 1').waitFor();
  expect(await page.locator('dialog').count()).toBe(0);
});

/** Begins to write `/proxy show`, until its option has the suggestions for an empty text. */
async function beginToShow(): Promise<void> {
  await page.getByRole('combobox', { name: /Message #ops/ }).focus();
  await page.keyboard.type('/proxy sh');
  await page.keyboard.press('Tab');
  await page.locator('.option-input:focus').waitFor();
  await expect.poll(() => suggestions().count()).toBe(2);
}

const suggestions = (): Locator => page.locator('#suggestions').getByRole('option');

test('Enter does not take a suggestion for an earlier text', async () => {
  await importList();
  await beginToShow();
  const isTaken = await page.locator('.option-input:focus').evaluate((input: HTMLInputElement) => {
    input.value = '198.51';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    return !input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  });
  expect(isTaken).toBe(false);
  await expect.poll(() => suggestions().allInnerTexts()).toEqual([expect.stringContaining('198.51.100.4')]);
});

test('an option is completed by the bot, from the keyboard alone', async () => {
  await importList();
  await page.getByText('Imported 2').waitFor();
  const { rows } = await bot.database.pool.query('select id from proxies where removed_at is null and port = 1080');
  await beginToShow();
  await page.keyboard.insertText('198.51');
  await expect.poll(() => suggestions().count()).toBe(1);
  const input = page.locator(':focus');
  const typed = await input.inputValue();
  await page.keyboard.press('Enter');
  // The second key sends the command, once the first has taken the suggestion.
  await expect.poll(() => input.inputValue()).not.toBe(typed);
  await page.keyboard.press('Enter');
  await page
    .getByRole('heading', { name: `#${rows[0]?.id} · 198.51.100.4:1080` })
    .last()
    .waitFor();
});

test('a message with a list has its Apps menu', async () => {
  await page.getByRole('combobox', { name: /Message #ops/ }).fill('192.0.2.77:8080:ann:x');
  await page.keyboard.press('Enter');
  const article = page.getByRole('article').filter({ hasText: '192.0.2.77' });
  await article.getByText('Apps').click();
  await article.getByRole('button', { name: 'Import proxies' }).click();
  await expect.poll(() => article.locator('details[open]').count()).toBe(0);
  await lastButton('Delete message').click();
  await expect.poll(() => page.getByText('192.0.2.77:8080:ann:x').count()).toBe(0);
  // After that, the bot removes the button.
  await expect.poll(() => page.getByRole('button', { name: 'Delete message' }).count()).toBe(0);
});

test("a stranger and a viewer are refused; neither sees the other's refusal", async () => {
  await importList();
  await page.getByRole('radio', { name: /Sam/ }).check();
  await page.getByText('bot online').waitFor();
  await command('/proxy list');
  await page.getByText('To use this bot you need one of these roles').waitFor();
  await page.getByRole('radio', { name: /Vera/ }).check();
  await expect.poll(() => page.getByText('To use this bot you need one of these roles').count()).toBe(0);
  await command('/proxy list');
  await page
    .getByText(/Proxies 1–\d+ of/)
    .last()
    .waitFor();
});

test('old messages and their buttons are there after a reload', async () => {
  await command('/help');
  await page.getByText('getting started').waitFor();
  await page.reload();
  await page.getByText('getting started').waitFor();
});

test('the drawer shows requests, cuts the gateway, and sample data is one click', async () => {
  await page.getByRole('button', { name: 'Requests' }).click();
  await page.getByText('No requests that Discord would reject').waitFor();
  await page.getByRole('button', { name: 'Cut the gateway' }).click();
  await page.getByText('bot online').waitFor();
  await page.getByRole('button', { name: 'Load sample data' }).click();
  await page.getByText('sample data is there').waitFor();
  expect(isSampleLoaded).toBe(true);
});

test('text that people post is never taken as HTML', async () => {
  await page
    .getByRole('combobox', { name: /Message #ops/ })
    .fill('<img src=x onerror="document.title=1"> **bold** `code`');
  await page.keyboard.press('Enter');
  await page.getByText('<img src=x').waitFor();
  expect(await page.locator('.messages img').count()).toBe(0);
  expect(await page.title()).toContain('#ops');
});

for (const [width, theme] of [
  [1280, 'dark'],
  [390, 'dark'],
  [1280, 'light'],
] as const) {
  test(`nothing keeps anybody out at ${width} pixels, ${theme}`, async () => {
    await importList();
    await bot.ops.command('/proxy import', { file: { name: 'b.txt', data: Buffer.from('192.0.2.9:3128') } });
    await bot.ops.post({ content: '<img src=x> **bold** `code`' });
    await command('/help');
    await page.getByText('getting started').waitFor();
    await command('/proxy list');
    await page.setViewportSize({ width, height: 860 });
    if (theme === 'light') await page.getByRole('button', { name: 'Light' }).click();
    await page
      .getByText(/Proxies 1–\d+ of/)
      .last()
      .waitFor();
    const world = await context.newCDPSession(page);
    await world.send('Runtime.evaluate', { expression: AXE });
    const found = await world.send('Runtime.evaluate', {
      expression: `axe.run({ resultTypes: ['violations'] }).then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(' '))])))`,
      awaitPromise: true,
    });
    expect(JSON.parse(String(found.result.value))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });
}

test('a thread is a line below its message, which opens and takes messages', async () => {
  const ada = { id: 'discord:1', name: 'Ada' };
  const { alerts } = bot.services;
  const fault = (isOver: boolean) =>
    bot.database.db.transaction((tx) =>
      alerts.monitorFaultIn(tx, { isOver, reason: 'no target answers', at: new Date() }),
    );
  await alerts.changeSettings(ada, { threads: true });
  await fault(false);
  const thread = page.locator('.thread');
  await thread.getByText('1 message').click();
  await thread.getByText('opened').waitFor();
  await thread.getByRole('textbox').fill('I look at it');
  await page.keyboard.press('Enter');
  await thread.getByText('2 messages').waitFor();
  await thread.getByText('I look at it').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.locator('.messages').evaluate((list) => list.scrollWidth - list.clientWidth);
  expect(overflow).toBe(0);
  await fault(true);
  await alerts.changeSettings(ada, { threads: false });
});
