import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

const SECRETS = ['Pl4ntedPassw0rd', 'pl4nted-link-token'];

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  $ref?: string;
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface FuzzedRequest {
  method: string;
  path: string;
  token: string | null;
  headers: Record<string, string>;
  body: string | undefined;
}

let bot: TestBot;
let document: Document;
let vps = '';
/** How each route was answered, so that a fuzz of refusals alone is noticed. */
const statuses = new Map<string, Set<number>>();
beforeAll(async () => {
  bot = await startTestBot();
  vps = await addVps(bot, 'east-1');
  await importPlanted('203.0.113', 12);
  for (const username of ['ann', 'bea', 'cyd']) await addAccount(username, 'Amber');
  document = (await (await askApi(bot, '/docs/json', { token: null })).json()) as Document;
});
afterAll(() => bot.stop());

const ACTOR = { id: 'test', name: 'test' };

/** Imports proxies whose passwords and links are the planted ones. */
async function importPlanted(network: string, count: number): Promise<void> {
  const list = Array.from(
    { length: count },
    (_, index) =>
      `${network}.${index + 1}:8080:ann:Pl4ntedPassw0rd[https://api.example.com/refresh?key=pl4nted-link-token]`,
  );
  const file = { name: null, bytes: Buffer.from(list.join('\n')), defaults: {}, source: null };
  const { planId, counts } = await bot.services.imports.stage(ACTOR, file);
  await bot.services.imports.apply(ACTOR, planId, 'import', counts.new);
}

const addAccount = (username: string, model: string) =>
  bot.services.accounts.add(ACTOR, { username, model, vps: 'east-1' });

/** Looks at these answers, and at all places to which the bot writes. */
async function expectNoSecretIn(answers: readonly string[]): Promise<void> {
  const audit = await bot.database.pool.query(
    `select t::text as row from audit_log t union all select t::text from idempotency_keys t union all select t::text from proxy_checks t union all select t::text from proxy_health t`,
  );
  const places = {
    answers: answers.join('\n'),
    document: JSON.stringify(document),
    metrics: await (await askApi(bot, '/metrics')).text(),
    log: bot.log(),
    audit: audit.rows.map((each) => each.row as string).join('\n'),
    services: inspect(bot.services, { depth: 12, showHidden: true }),
  };
  const key = bot.encryptionKey;
  for (const secret of [...SECRETS, API_TOKEN, vps, key.toString('base64'), key.toString('hex')]) {
    for (const [place, content] of Object.entries(places)) {
      expect(content.includes(secret), `${secret.slice(0, 8)}… in ${place}`).toBe(false);
    }
  }
}

/** Texts that break programs without checks. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '999999999',
    '99999999999999999999',
    '1e9',
    'NaN',
    'null',
    '\u0000',
    '%',
    "'",
    '"; drop table proxies --',
  ),
  fc.constantFrom('ann', 'bea', 'east-1', '../..', '%00', '\ud800', '🦊', 'a'.repeat(5_000), '{}', '[]', '__proto__'),
);

/** Mostly what the schema asks for, and now and then something else. */
function anyOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return anyOf(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const fitting: fc.Arbitrary<unknown>[] = [];
  const types = [schema.type ?? []].flat();
  if (schema.enum) fitting.push(fc.constantFrom(...schema.enum));
  if (schema.anyOf) fitting.push(...schema.anyOf.map(anyOf));
  if (types.includes('integer'))
    fitting.push(fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 20, 20) }));
  if (types.includes('number')) fitting.push(fc.double());
  if (types.includes('boolean')) fitting.push(fc.boolean());
  if (types.includes('string') && !schema.enum) fitting.push(nasty);
  if (types.includes('array')) fitting.push(fc.array(anyOf(schema.items ?? {}), { maxLength: 3 }));
  if (schema.properties) {
    const fields = Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, anyOf(each)]));
    fitting.push(fc.record(fields, { requiredKeys: [] }));
  }
  return fc.oneof(...fitting.map((arbitrary) => ({ arbitrary, weight: 8 })), { arbitrary: fc.jsonValue(), weight: 1 });
}

const known = fc.constantFrom('ann', 'bea', 'cyd', 'east-1', '1', '2', '12');
const textOf = (schema: Schema) =>
  fc
    .oneof({ arbitrary: anyOf(schema), weight: 6 }, { arbitrary: nasty, weight: 1 })
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));

/** A header can hold visible characters and blanks alone. */
const headerText = (text: string) => text.replace(/[^\x20-\x7e]/g, '').trim();
/** Texts that cannot be written in an address are left out. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

function requestTo(method: string, path: string, operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const parameters = operation.parameters ?? [];
  const absent = { arbitrary: fc.constant(undefined), weight: 5 };
  const values = fc.tuple(
    ...parameters.map((each) =>
      each.in === 'path'
        ? fc.oneof(known, textOf(each.schema))
        : fc.oneof(absent, { arbitrary: textOf(each.schema), weight: 1 }),
    ),
  );
  const contents = Object.entries(operation.requestBody?.content ?? {});
  const body =
    contents.length === 0
      ? fc.constant(undefined)
      : fc.option(
          fc.oneof(
            ...contents.map(([type, { schema }]) =>
              fc
                .oneof(
                  anyOf(schema).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
                  nasty,
                )
                .map((text) => ({ type, text })),
            ),
          ),
          { nil: undefined, freq: 8 },
        );
  const token = fc.constantFrom(API_TOKEN, API_TOKEN, API_TOKEN, vps, null);
  return fc
    .record({
      values,
      body,
      token,
      stray: fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, { arbitrary: nasty, weight: 1 }),
    })
    .map((made) => {
      let address = path;
      const query: string[] = made.stray === undefined ? [] : [`stray=${encode(made.stray)}`];
      const headers: Record<string, string> = made.body ? { 'content-type': made.body.type } : {};
      parameters.forEach((each, index) => {
        const value = made.values[index];
        if (each.in === 'path') address = address.replace(`{${each.name}}`, encode(value ?? '') || '%20');
        else if (value !== undefined && each.in === 'query') query.push(`${each.name}=${encode(value)}`);
        else if (value !== undefined && headerText(value)) headers[each.name] = headerText(value);
      });
      const search = query.length > 0 ? `?${query.join('&')}` : '';
      return { method, path: address + search, token: made.token, headers, body: made.body?.text.toWellFormed() };
    });
}

const RUNS_A_ROUTE = 40;

test('whatever is asked, nothing breaks, and no secret comes out but the one that was asked for', async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  expect(operations.length).toBeGreaterThan(11);
  const answers: string[] = [];
  for (const { method, path, operation } of operations) {
    await fc.assert(
      fc.asyncProperty(requestTo(method, path, operation), async ({ body, ...request }) => {
        const sent = { ...request, ...(body !== undefined && { body }) };
        const answer = await askApi(bot, request.path, sent);
        const text = await answer.text();
        statuses.set(`${method} ${path}`, (statuses.get(`${method} ${path}`) ?? new Set()).add(answer.status));
        expect(answer.status, `${method} ${request.path}: ${text}`).not.toBe(500);
        const isLookup = path === '/api/accounts/{id}/proxy' && answer.status === 200;
        if (!isLookup) answers.push(`${JSON.stringify([...answer.headers])} ${text}`);
        if (answer.status >= 400 && path !== '/readyz') {
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect(JSON.parse(text)).toMatchObject({ status: answer.status, code: expect.any(String) });
        }
      }),
      { numRuns: RUNS_A_ROUTE, interruptAfterTimeLimit: 30_000 },
    );
  }
  await expectNoSecretIn(answers);
  const isAnswered = ([, seen]: [string, Set<number>]) => [...seen].some((status) => status < 300);
  expect([...statuses].filter(isAnswered).length).toBeGreaterThan(statuses.size / 3);
});

test('no planted secret is in the answer to a report or a fault, a log, the document, a metric, the audit log, or what the services print', async () => {
  await importPlanted('198.51.100', 3);
  for (const username of ['dee', 'eva', 'fay']) await addAccount(username, 'Birch');
  const told = await askApi(bot, '/api/accounts/dee/proxy/report?by=username', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'auth', detail: `http://ann:${SECRETS[0]}@203.0.113.1 said no to ${SECRETS[0]}` }),
  });
  expect(told.status).toBe(200);
  // A fault on the way: what cannot be opened makes the services throw with the row in their hands.
  const { rows } = await bot.database.pool.query('select id, password_sealed from proxies');
  await bot.database.pool.query(`update proxies set password_sealed = '\\x01'`);
  const faults: string[] = [];
  for (const username of ['dee', 'eva', 'fay']) {
    const answer = await askApi(bot, `/api/accounts/${username}/proxy?by=username`);
    expect(answer.status).toBe(500);
    faults.push(await answer.text());
  }
  await bot.database.pool.query(
    'update proxies p set password_sealed = o.sealed from unnest($1::int[], $2::bytea[]) o (id, sealed) where p.id = o.id',
    [rows.map(({ id }) => id), rows.map((row) => row.password_sealed)],
  );
  expect(faults.join('\n')).toContain('"code":"fault"');
  await expectNoSecretIn([await told.text(), ...faults]);
});
