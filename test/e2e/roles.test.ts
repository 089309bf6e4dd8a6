import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserName } from '../../sandbox/server/ids.ts';
import { registry } from '../../src/commands/index.ts';
import { commandPayloads, commandSize } from '../../src/discord/register-commands.ts';
import { LIMITS } from '../../src/kit/limits/limits.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  const list = { name: 'a.txt', data: Buffer.from('203.0.113.1:8080:ann:secret') };
  await (await bot.ops.command('/proxy import', { file: list })).click('Import 1');
  await bot.ops.command('/account add', { username: 'ann', model: 'Amber' });
});
afterAll(() => bot.stop());

const attempts: Record<string, (user: UserName) => Promise<{ text: string; isEphemeral: boolean }>> = {
  'proxy list': (user) => bot.ops.as(user).command('/proxy list'),
  'proxy show': (user) => bot.ops.as(user).command('/proxy show', { proxy: '#1' }),
  'proxy stats': (user) => bot.ops.as(user).command('/proxy stats'),
  'proxy test': (user) => bot.ops.as(user).command('/proxy test', { proxy: '#1' }),
  'account list': (user) => bot.ops.as(user).command('/account list'),
  'account show': (user) => bot.ops.as(user).command('/account show', { account: 'ann' }),
  'account models': (user) => bot.ops.as(user).command('/account models'),
  'account add': (user) => bot.ops.as(user).command('/account add', { username: `of-${user}`, model: 'Amber' }),
  'account remove': (user) => bot.ops.as(user).command('/account remove', { account: 'ann' }),
  'proxy assign': (user) => bot.ops.as(user).command('/proxy assign', { account: 'ann' }),
  'proxy unassign': (user) => bot.ops.as(user).command('/proxy unassign', { account: 'ann' }),
  'proxy fill': (user) => bot.ops.as(user).command('/proxy fill'),
  'proxy deactivate': (user) => bot.ops.as(user).command('/proxy deactivate', { proxy: '#1' }),
  'proxy activate': (user) => bot.ops.as(user).command('/proxy activate', { proxy: '#1' }),
  'proxy remove': (user) => bot.ops.as(user).command('/proxy remove', { proxy: '#1' }),
  'proxy release': (user) => bot.ops.as(user).command('/proxy release', { proxy: '#1' }),
  'proxy rebalance': (user) => bot.ops.as(user).command('/proxy rebalance'),
  'proxy edit': (user) => bot.ops.as(user).command('/proxy edit', { proxy: '#1', set_label: 'x' }),
  'proxy history': (user) => bot.ops.as(user).command('/proxy history'),
  'proxy export': (user) => bot.ops.as(user).command('/proxy export'),
  audit: (user) => bot.ops.as(user).command('/audit'),
  'alerts list': (user) => bot.ops.as(user).command('/alerts list'),
  'alerts maintenance': (user) => bot.ops.as(user).command('/alerts maintenance', { hours: 1 }),
  'alerts mute': (user) => bot.ops.as(user).command('/alerts mute'),
  'alerts settings': (user) => bot.ops.as(user).command('/alerts settings', { expiry_days: 7 }),
  'source add': async (user) => {
    const reply = await bot.ops.as(user).command('/source add', { name: `of ${user}`, kind: 'url' });
    return reply.modal ? { text: reply.modal.title, isEphemeral: false } : reply;
  },
  'source list': (user) => bot.ops.as(user).command('/source list'),
  'source show': (user) => bot.ops.as(user).command('/source show', { source: 'none' }),
  'source sync': (user) => bot.ops.as(user).command('/source sync', { source: 'none' }),
  'source edit': (user) => bot.ops.as(user).command('/source edit', { source: 'none', every: '1h' }),
  'source remove': (user) => bot.ops.as(user).command('/source remove', { source: 'none' }),
  'vps list': (user) => bot.ops.as(user).command('/vps list'),
  'vps map': (user) => bot.ops.as(user).command('/vps map'),
  'vps add': (user) => bot.ops.as(user).command('/vps add', { name: `of ${user}` }),
  'vps edit': (user) => bot.ops.as(user).command('/vps edit', { vps: 'nowhere', notes: 'x' }),
  'vps remove': (user) => bot.ops.as(user).command('/vps remove', { vps: 'nowhere' }),
  'vps assign': (user) => bot.ops.as(user).command('/vps assign', { vps: 'nowhere', account: 'ann' }),
  'vps link': (user) => bot.ops.as(user).command('/vps link', { vps: 'nowhere', proxy: '#1' }),
  'vps unlink': (user) => bot.ops.as(user).command('/vps unlink', { vps: 'nowhere', proxy: '#1' }),
  'vps import': (user) =>
    bot.ops.as(user).command('/vps import', { file: { name: 'a.csv', data: Buffer.from('vps,proxy') } }),
  'vps export': (user) => bot.ops.as(user).command('/vps export'),
  'vps token': (user) => bot.ops.as(user).command('/vps token', { vps: 'nowhere', action: 'list' }),
  help: (user) => bot.ops.as(user).command('/help'),
  'proxy import': (user) =>
    bot.ops.as(user).command('/proxy import', { file: { name: 'a.txt', data: Buffer.from('203.0.113.1:8080') } }),
  'Import proxies': async (user) =>
    bot.ops.as(user).messageCommand('Import proxies', await bot.ops.post({ content: '203.0.113.1:8080' })),
  'account edit': (user) => bot.ops.as(user).command('/account edit', { account: 'ann', label: 'x' }),
  'account import': (user) =>
    bot.ops.as(user).command('/account import', { file: { name: 'a.txt', data: Buffer.from('ann') }, model: 'Amber' }),
  'Import accounts': async (user) =>
    bot.ops.as(user).messageCommand('Import accounts', await bot.ops.post({ content: 'ann,Amber' })),
  'the button Credentials': async (user) => {
    const card = await bot.ops.command('/proxy show', { proxy: '#1' });
    const seen = bot.ops
      .as(user)
      .messages()
      .find((each) => each.message.id === card.message.id);
    if (!seen) throw new Error('the card is not there');
    return seen.click('Credentials');
  },
};

const OF_ADMINS = ['alerts settings', 'vps token', 'source add', 'source edit', 'source remove'];
const MAY: Record<'viewer' | 'operator' | 'admin', (keyof typeof attempts)[]> = {
  viewer: [
    'proxy list',
    'proxy show',
    'proxy history',
    'proxy export',
    'proxy stats',
    'account list',
    'account show',
    'account models',
    'alerts list',
    'source list',
    'source show',
    'vps list',
    'vps map',
    'vps export',
    'help',
  ],
  operator: Object.keys(attempts).filter((name) => !OF_ADMINS.includes(name)),
  admin: Object.keys(attempts),
};
const PEOPLE: [UserName, readonly string[], RegExp][] = [
  ['sam', [], /To use this bot you need one of these roles: viewer, operator, admin/],
  ['vera', MAY.viewer, /requires the (operator|admin) role; you are a viewer/],
  ['otto', MAY.operator, /requires the admin role; you are an operator/],
  ['ada', MAY.admin, /never/],
  ['grace', MAY.admin, /never/],
];

for (const [user, allowed, refusal] of PEOPLE) {
  for (const [name, attempt] of Object.entries(attempts)) {
    const isAllowed = allowed.includes(name);
    test(`${user} ${isAllowed ? 'may' : 'may not'} use ${name}`, async () => {
      const reply = await attempt(user);
      if (isAllowed) expect(reply.text).not.toMatch(/requires the \w+ role|To use this bot/);
      else expect([reply.isEphemeral, reply.text]).toEqual([true, expect.stringMatching(refusal)]);
    });
  }
}

test('a stranger gets no autocomplete choices', async () => {
  expect(await bot.ops.as('sam').autocomplete('/proxy show', 'proxy', '')).toEqual([]);
});

test('every handler is tried above, and every command fits into what Discord takes', () => {
  const commands = registry.handlers.flatMap((each) =>
    each.kind === 'command' || each.kind === 'message command' ? [each.name] : [],
  );
  expect(commands.filter((name) => !(name in attempts))).toEqual([]);
  for (const payload of commandPayloads(registry)) expect(commandSize(payload)).toBeLessThan(LIMITS.command);
});
