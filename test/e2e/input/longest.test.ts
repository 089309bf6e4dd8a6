import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureCheckDay } from '../../../src/db/queries/health/check-log.ts';
import { ACCOUNT_LIMITS } from '../../../src/domain/accounts/account-fields.ts';
import { DETAIL_KEYS, detail, EDITABLE_KEYS, setOptionOf } from '../../../src/domain/proxies/fields.ts';
import { VPS_LIMITS } from '../../../src/domain/vps/vps-fields.ts';
import { EDIT_PAGES, editLabel } from '../../../src/views/proxy/edit-pages.ts';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { longestFor } from '../../helpers/pool/field-values.ts';

/** Every `*` is escaped in messages, and so doubled. */
const long = (limit: number) => '*'.repeat(limit);
/** The values that a modal shows, by the labels of its fields. */
const shownIn = (opened: Reply) =>
  Object.fromEntries(opened.modal?.fields.map(({ label, component }) => [label, component.value ?? '']) ?? []);

const ACCOUNT = {
  ...(Object.fromEntries(Object.entries(ACCOUNT_LIMITS).map(([field, limit]) => [field, long(limit)])) as Record<
    keyof typeof ACCOUNT_LIMITS,
    string
  >),
  // A username has a letter, a digit or an underscore.
  username: `_${long(ACCOUNT_LIMITS.username - 1)}`,
};
const VPS = Object.fromEntries(Object.entries(VPS_LIMITS).map(([field, limit]) => [field, long(limit)])) as Record<
  keyof typeof VPS_LIMITS,
  string
>;

let bot: TestBot;
/** Replies to the commands that added and edited the rows which the tests show. */
let replies: { vps: Reply; account: Reply; edit: Reply };
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
beforeAll(async () => {
  bot = await startTestBot();
  const { linkNotes: _, ...vps } = VPS;
  const addedVps = await bot.ops.command('/vps add', vps);
  const row = {
    host: `${'gate-way.'.repeat(27)}example`,
    port: 65_535,
    username: long(255),
    // No other field holds it.
    password: `${long(254)}~`,
    ...Object.fromEntries(DETAIL_KEYS.map((key) => [detail(key).column, longestFor(key)])),
  };
  const file = { name: 'a.json', data: Buffer.from(JSON.stringify([row])) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 1');
  const { notes, ...account } = ACCOUNT;
  replies = {
    vps: addedVps,
    account: await bot.ops.command('/account add', { ...account, vps: VPS.name }),
    edit: await bot.ops.command('/account edit', { account: ACCOUNT.username, notes }),
  };
});
afterAll(async () => {
  expect(bot.sandbox.violations).toEqual([]);
  await bot.stop();
});

test('a VPS with the longest values of all fields is shown', () => {
  expect([replies.vps.isEphemeral, replies.vps.text]).toEqual([false, expect.stringContaining('Added')]);
});

test('the longest values of a proxy are imported, shown, and opened in its modals', async () => {
  const card = await bot.ops.command('/proxy show', { proxy: '#1' });
  expect([card.isEphemeral, card.text]).toEqual([false, expect.stringContaining('gate-way')]);

  const stored = await run('select * from proxies');
  for (const [page, keys] of EDIT_PAGES.entries()) {
    const opened = await card.click(editLabel(page));
    const shown = shownIn(opened);
    for (const key of keys) {
      const { isSecret, kind, label } = { isSecret: false, ...detail(key) };
      const value = kind.read(longestFor(key), 'x');
      expect([label, shown[label]]).toEqual([label, isSecret ? '' : kind.show(value)]);
    }
    await opened.submit(shown);
  }
  expect(await run('select * from proxies')).toEqual(stored);
});

test('the longest values of a proxy are set by options and by the API', async () => {
  const set = Object.fromEntries(EDITABLE_KEYS.map((key) => [setOptionOf(key), longestFor(key)]));
  const preview = await bot.ops.command('/proxy edit', { search: 'gate-way', ...set, set_label: 'short' });
  expect(preview.buttons).toContain('Apply 1');
  expect((await preview.click('Apply 1')).isEphemeral).toBe(false);
  const body = JSON.stringify({ label: longestFor('label'), notes: longestFor('notes'), city: longestFor('city') });
  const headers = { 'content-type': 'application/json' };
  const patched = await askApi(bot, '/api/proxies/1', { method: 'PATCH', headers, body });
  expect(await patched.json()).toMatchObject(JSON.parse(body));
});

test('the longest values of an account are shown and opened in its modal', async () => {
  expect(replies.account.isEphemeral).toBe(false);
  const card = replies.edit;
  expect([card.isEphemeral, card.text]).toEqual([false, expect.stringContaining('Edited')]);
  const shown = shownIn(await card.click('Edit'));
  expect(shown).toEqual({ Model: ACCOUNT.model, VPS: VPS.name, Label: ACCOUNT.label, Notes: ACCOUNT.notes });
  const again = await (await card.click('Edit')).submit(shown);
  expect(again.text).toContain('No changes');
});

test('a proxy is shown with the longest accounts, reasons and checks', async () => {
  for (const n of [1, 2]) {
    const username = `${n}${long(ACCOUNT_LIMITS.username - 1)}`;
    await bot.ops.command('/account add', { username, model: ACCOUNT.model });
  }
  const at = new Date();
  await ensureCheckDay(bot.database.db, at);
  await run(`update account_proxy_assignments set reason = repeat('*', 300);
    insert into proxy_checks (proxy_id, at, outcome, detail, source, target, reporter)
      select 1, '${at.toISOString()}', 'target_blocked', n || repeat('*', 300), 'report', 't', repeat('*', 100) from generate_series(1, 5) n;
    update proxies set status = 'active', status_reason = repeat('*', 200), status_by = 'discord:1', status_at = now()`);
  await bot.ops.command('/vps link', { vps: VPS.name, proxy: '#1', notes: VPS.linkNotes });
  const shown = [
    await bot.ops.command('/proxy show', { proxy: '#1' }),
    await bot.ops.command('/account show', { account: ACCOUNT.username }),
    await bot.ops.command('/proxy list', {}),
    await bot.ops.command('/account list', {}),
    await bot.ops.command('/vps list', {}),
    await bot.ops.command('/vps map', {}),
    await bot.ops.command('/proxy history', { proxy: '#1' }),
    await bot.ops.command('/audit', {}),
    await bot.ops.command('/account models', {}),
    await bot.ops.command('/proxy stats', {}),
    await bot.ops.command('/proxy deactivate', { proxy: '#1', reason: long(200) }),
    await bot.ops.command('/account edit', { account: ACCOUNT.username, model: `x${long(ACCOUNT_LIMITS.model - 1)}` }),
  ];
  for (const each of shown) expect([each.text.slice(0, 60), each.isEphemeral]).toEqual([each.text.slice(0, 60), false]);
});
