import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const fileOf = (name: string, text: string) => ({ name, data: Buffer.from(text) });
const PROXIES = '203.0.113.1:8080:ann:s3cret\n203.0.113.2:8080:bob:s3cret';
const PROXIES_CSV = 'host,port,username,password\n203.0.113.3,8080,ann,s3cret\n203.0.113.4,8080,bob,s3cret';
const ACCOUNTS_CSV = 'username,model\nann.one,Amber\nbob.two,Bella';

test.each([
  {
    ...{ what: 'accounts', command: '/proxy import', file: fileOf('accounts.csv', ACCOUNTS_CSV) },
    ...{ offer: 'Import as accounts', next: 'Import and assign' },
  },
  {
    ...{ what: 'proxies', command: '/account import', file: fileOf('proxies.txt', PROXIES) },
    ...{ offer: 'Import as proxies', next: 'Import 2' },
  },
  {
    ...{ what: 'a table of proxies', command: '/account import', file: fileOf('proxies.csv', PROXIES_CSV) },
    ...{ offer: 'Import as proxies', next: 'Import 2' },
  },
] as const)('$what given to $command can be imported by a button, which only the caller sees', async (given) => {
  const { command, file, offer, next } = given;
  const refused = await bot.ops.command(command, { file });
  expect(refused.isEphemeral).toBe(true);
  expect(refused.buttons).toContain(offer);
  expect(JSON.stringify(refused.message)).not.toContain('s3cret');
  await refused.click(offer);
  const preview = await bot.ops.waitFor(
    (message) => message.buttons.includes(next) && message.text.includes(file.name),
  );
  expect(preview.isEphemeral).toBe(false);
  expect(bot.sandbox.violations).toEqual([]);
});

test('a file of neither kind is refused to the caller only, without an offer', async () => {
  const file = fileOf('notes.txt', 'Dear team,\nplease find the list attached.\n');
  for (const command of ['/proxy import', '/account import'] as const) {
    const refused = await bot.ops.command(command, { file });
    expect(refused.isEphemeral).toBe(true);
    expect(refused.buttons.filter((label) => label.startsWith('Import'))).toEqual([]);
  }
});

test('an empty result is shown to the caller only', async () => {
  const empty = [
    await bot.ops.command('/proxy list', { search: 'nothing' }),
    await bot.ops.command('/account list'),
    await bot.ops.command('/account models'),
    await bot.ops.command('/vps list'),
    await bot.ops.command('/vps map'),
    await bot.ops.command('/proxy history'),
    await bot.ops.command('/proxy fill'),
  ];
  expect(empty.map(({ isEphemeral }) => isEphemeral)).toEqual(empty.map(() => true));
  expect(bot.sandbox.violations).toEqual([]);
});
