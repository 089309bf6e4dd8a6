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
    what: 'accounts',
    command: '/proxy import',
    file: fileOf('accounts.csv', ACCOUNTS_CSV),
    offer: 'Import as accounts',
    next: 'Import and assign',
  },
  {
    what: 'proxies',
    command: '/account import',
    file: fileOf('proxies.txt', PROXIES),
    offer: 'Import as proxies',
    next: 'Import 2',
  },
  {
    what: 'a table of proxies',
    command: '/account import',
    file: fileOf('proxies.csv', PROXIES_CSV),
    offer: 'Import as proxies',
    next: 'Import 2',
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

/** Lists of one kind each, as teams and providers have them. */
const LISTS = {
  proxies: [
    { name: 'lines.txt', text: PROXIES },
    { name: 'lines-with-commas.txt', text: '203.0.113.5,8080,ann,s3cret\ngw.example.com,8080,bob,s3cret' },
    { name: 'table.csv', text: PROXIES_CSV },
    { name: 'ip.csv', text: 'ip;port;login;pass\n203.0.113.6;8080;ann;s3cret' },
    { name: 'server.csv', text: 'server,port,user,password\ngw2.example.com,8080,ann,s3cret' },
    { name: 'list.json', text: '[{"host":"203.0.113.7","port":8080,"username":"ann","password":"s3cret"}]' },
  ],
  accounts: [
    { name: 'table.csv', text: ACCOUNTS_CSV },
    { name: 'lines.txt', text: 'ann.five, Amber\nbob.six, Bella' },
    { name: 'list.json', text: '[{"username":"ann.seven","model":"Amber"}]' },
  ],
  VPS: [
    { name: 'vps.csv', text: 'vps,environment,region\nlyra-1,edge,fsn1' },
    { name: 'numbers.csv', text: 'vps;proxy\nlyra-1;#1' },
    { name: 'list.json', text: '[{"vps":"lyra-1","environment":"edge"}]' },
    {
      name: 'export.csv',
      text: 'vps,environment,proxy,address,account,model,documented,notes\nlyra-1,edge,#1,203.0.113.1:8080,,,yes,',
    },
  ],
} as const;
const COMMANDS = { proxies: '/proxy import', accounts: '/account import', VPS: '/vps import' } as const;
const KINDS = Object.keys(LISTS) as (keyof typeof LISTS)[];

test.each(
  KINDS.flatMap((kind) =>
    LISTS[kind].flatMap((list) =>
      KINDS.filter((other) => other !== kind).map((other) => ({ kind, ...list, command: COMMANDS[other] })),
    ),
  ),
)('a list of $kind ($name) given to $command is offered to its own import, and to no other', async (given) => {
  const { kind, name, text, command } = given;
  const refused = await bot.ops.command(command, { file: fileOf(name, text) });
  const offers = refused.buttons.filter((label) => label.startsWith('Import'));
  expect([refused.isEphemeral, ...offers], refused.text).toEqual([true, `Import as ${kind}`]);
  expect(refused.text).not.toContain('s3cret');
  expect(bot.sandbox.violations).toEqual([]);
});

test('the menu of a message offers the right import, too', async () => {
  const message = await bot.ops.post({ content: PROXIES });
  const refused = await bot.ops.messageCommand('Import accounts', message);
  expect([refused.isEphemeral, refused.buttons]).toEqual([true, expect.arrayContaining(['Import as proxies'])]);
  await refused.click('Import as proxies');
  const preview = await bot.ops.waitFor((each) => each.buttons.includes('Delete message'));
  expect(preview.text).toContain('pasted list');
});

test.each([
  ['a list of proxies none of which is valid', 'host,port,username,model\n203.0.113.300,8080,ann,Amber'],
  ['an export of proxies none of which is valid', '# proxy-ops-export v2\nhost,port,username,model\n-,0,ann,Amber'],
])('%s is no list of accounts', async (_what, text) => {
  const refused = await bot.ops.command('/proxy import', { file: fileOf('broken.csv', text) });
  expect([refused.isEphemeral, ...refused.buttons.filter((label) => label.startsWith('Import'))]).toEqual([true]);
});

test('a file of no kind is refused to the caller only, without an offer', async () => {
  const file = fileOf('notes.txt', 'Dear team,\nplease find the list attached.\n');
  for (const command of Object.values(COMMANDS)) {
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
