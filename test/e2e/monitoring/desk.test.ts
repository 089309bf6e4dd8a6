import { afterAll, beforeAll, expect, test } from 'vitest';
import { USER_IDS } from '../../../sandbox/server/ids.ts';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

let networks = 0;
/** An incident of a provider of its own, with three failing proxies, and an account on so many of them. */
async function openIncident(provider: string, accounts = 0): Promise<{ alert: Reply; id: number; proxies: number[] }> {
  const network = ++networks;
  const text = Array.from({ length: 3 }, (_, n) => `203.0.${network}.${n + 1}:8080:u:p`).join('\n');
  const file = { name: 'a.txt', data: Buffer.from(text) };
  await (await bot.ops.command('/proxy import', { file, provider })).click('Import 3');
  const rows = await run(`select id from proxies where provider = '${provider}' order by id`);
  const proxies = rows.map((row) => row.id as number);
  // By statement: the bot would assign healthy proxies of an incident that is over.
  await assignAccounts(bot.database, proxies.slice(0, accounts), { model: provider, each: 1 });
  // Proxies that fail within a minute join one incident, whatever their provider.
  const at = new Date(Date.now() - 60 * 60_000 + network * 10 * 60_000);
  await changeHealth(bot, 'failing', proxies, { outcome: 'auth', at });
  const alert = await bot.ops.waitFor(
    ({ text: shown, isEphemeral }) => !isEphemeral && new RegExp(`^### 🔴 .* · ${provider}`, 'mu').test(shown),
  );
  const [{ id } = { id: 0 }] = await run(`select max(id) as id from alerts where kind = 'failing'`);
  return { alert, id: id as number, proxies };
}

const events = (id: number) =>
  run(`select kind, actor_id, count, given_to, note from incident_events where alert_id = ${id} order by id`);
/** The same message as another person sees it. */
const see = (name: keyof typeof USER_IDS, { message }: Reply) =>
  bot.ops.as(name).waitFor((each) => each.message.id === message.id);
const discord = (name: keyof typeof USER_IDS) => `discord:${USER_IDS[name]}`;

test('an incident says what to do, and who has it; it is acknowledged once and handed over', async () => {
  const { alert, id } = await openIncident('acme');
  expect(alert.text).toContain('👤 **Not acknowledged**');
  expect(alert.text).toContain('🧭 Check the credentials with acme, then press **Retest**.');

  const [otto, ada] = await Promise.all([see('otto', alert), see('ada', alert)]);
  const clicked = await Promise.all([otto.click('Acknowledge'), ada.click('Acknowledge')]);
  const isRefused = ({ text }: Reply) => text.includes('Somebody else has acknowledged this incident.');
  expect(clicked.map(isRefused).toSorted()).toEqual([false, true]);
  const mine = await otto.waitFor(({ buttons }) => buttons.includes('Hand over'));
  const [first] = await run(`select owner_id from alerts where id = ${id}`);
  expect(mine.text).toContain(`👤 Acknowledged by <@${String(first?.owner_id).slice('discord:'.length)}>`);

  const refused = await (await mine.click('Hand over')).submit({ To: [USER_IDS.vera] });
  expect(refused.text).toContain('to an operator or an admin only');
  const handed = await (await mine.click('Hand over')).submit({ To: [USER_IDS.olga] });
  expect(handed.text).toContain(`👤 Acknowledged by <@${USER_IDS.olga}>`);
  expect(handed.text).toContain(`handed over to <@${USER_IDS.olga}> · <@${USER_IDS.otto}>`);
  expect((await bot.ops.command('/alerts list')).text).toContain(`👤 <@${USER_IDS.olga}>`);
  expect(await events(id)).toMatchObject([
    { kind: 'opened', actor_id: 'system' },
    { kind: 'acknowledged', actor_id: first?.owner_id },
    { kind: 'handed_over', actor_id: discord('otto'), given_to: discord('olga') },
  ]);
});

test('the timeline has notes, moves, mutes and the end, and Details shows it', async () => {
  const { alert, id, proxies } = await openIncident('bolt', 2);
  const noted = await (await alert.click('Add note')).submit({ Note: 'Ticket *4711*\nopened' });
  expect(noted.text).toContain(String.raw`📝 Ticket \*4711\* opened · <@${USER_IDS.otto}>`);
  expect((await noted.choose('2 hours')).text).toMatch(/🔕 muted until <t:\d+:f>/);
  expect((await noted.refresh().click('Unmute')).text).not.toContain('🔕 muted until');

  const spare = { name: 'b.txt', data: Buffer.from('198.51.100.1:8080:u:p\n198.51.100.2:8080:u:p') };
  await (await bot.ops.command('/proxy import', { file: spare, provider: 'spare' })).click('Import 2');
  const plan = await alert.click('Reassign');
  expect((await plan.click('Apply 2')).text).toContain('2 accounts moved');
  await changeHealth(bot, 'healthy', proxies);
  const over = await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(over.buttons).toEqual(['Details']);
  expect((await over.click('Details')).text).toContain('**Timeline**');
  expect((await events(id)).map(({ kind, count }) => [kind, count])).toEqual([
    ['opened', null],
    ['note', null],
    ['muted', null],
    ['unmuted', null],
    ['moved', 2],
    ['resolved', null],
  ]);
  const audit = await bot.ops.command('/audit', { entity: 'incident' });
  expect(audit.text).toContain(`added a note to incident #${id}`);
});

test('a program on call lists open incidents and acknowledges them; a resolved one is refused', async () => {
  const { id, proxies } = await openIncident('cove');
  const ask = (path: string, method = 'GET') => askApi(bot, path, { method });
  const listed = await (await ask('/api/alerts')).json();
  expect(listed.items[0]).toMatchObject({ id, kind: 'failing', acknowledgedBy: null, proxies: { open: 3, total: 3 } });
  for (let again = 0; again < 2; again++) {
    const answer = await ask(`/api/alerts/${id}/acknowledge`, 'POST');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ acknowledgedBy: 'token:operator' });
  }
  expect((await events(id)).filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  await changeHealth(bot, 'healthy', proxies);
  expect((await ask(`/api/alerts/${id}/acknowledge`, 'POST')).status).toBe(409);
  expect((await ask('/api/alerts/999/acknowledge', 'POST')).status).toBe(404);
});
