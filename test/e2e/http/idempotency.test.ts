import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
beforeAll(async () => {
  bot = await startTestBot();
  await run(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
  await insertProxies(bot.database, { provider: 'acme', count: 9, network: 1 });
});
afterAll(() => bot.stop());
afterEach(() => run('drop trigger if exists refuse on idempotency_keys'));

const refuseIf = (condition: string) =>
  run(
    `create trigger refuse before update on idempotency_keys for each row when (${condition}) execute function refuse()`,
  );

let made = 0;
/** Requests that change something, each with rows of its own, and how often its effect is there. */
const REQUESTS = {
  async assign() {
    const username = `assigned.${++made}`;
    await run(`insert into models (name, key) values ('Amber', 'amber') on conflict do nothing;
      insert into accounts (username, key, model_id, held_at) select '${username}', '${username}', id, now() from models where key = 'amber'`);
    return {
      path: '/api/proxies/assign',
      body: JSON.stringify({ account: username }),
      done: `audit_log where action = 'account.assign' and entity_id = (select id::text from accounts where key = '${username}')`,
    };
  },
  async 'import of proxies'() {
    const host = `198.51.100.${++made}`;
    return { path: '/api/proxies/import?mode=commit', body: `${host}:8080`, done: `proxies where host = '${host}'` };
  },
  async 'import of accounts'() {
    const username = `imported.${++made}`;
    return {
      path: '/api/accounts/import?mode=commit&model=Bella',
      body: username,
      done: `accounts where key = '${username}'`,
    };
  },
};
type Request = Awaited<ReturnType<(typeof REQUESTS)['assign']>>;

const count = async (rows: string): Promise<number> => (await run(`select count(*)::int as n from ${rows}`))[0].n;

async function ask({ path, body }: Request, key: string) {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain';
  const headers = { 'content-type': type, 'idempotency-key': key };
  const response = await askApi(bot, path, { method: 'POST', headers, body });
  const isReplayed = response.headers.get('idempotent-replayed') === 'true';
  return { status: response.status, body: await response.json(), isReplayed };
}

test.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])(
  '%s: if it cannot be noted, nothing is done',
  async (kind) => {
    const request = await REQUESTS[kind]();
    const key = randomUUID();
    await refuseIf('new.work is distinct from old.work');
    expect(await ask(request, key)).toMatchObject({
      status: 500,
      body: { detail: expect.stringContaining('Nothing was changed') },
    });
    expect(await count(request.done)).toBe(0);
    await run('drop trigger refuse on idempotency_keys');
    expect(await ask(request, key)).toMatchObject({ status: 200, isReplayed: false });
    expect(await count(request.done)).toBe(1);
  },
);

test.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])(
  '%s: if its answer cannot be stored, a repetition gets it and does nothing',
  async (kind) => {
    const request = await REQUESTS[kind]();
    const key = randomUUID();
    await refuseIf('new.status is not null');
    const first = await ask(request, key);
    expect(first).toMatchObject({ status: 200, isReplayed: false });
    const second = await ask(request, key);
    expect(second).toEqual({ ...first, isReplayed: true });
    await run('drop trigger refuse on idempotency_keys');
    expect(await ask(request, key)).toEqual(second);
    expect(await ask(request, key)).toEqual(second);
    expect(await count(request.done)).toBe(1);
  },
);
