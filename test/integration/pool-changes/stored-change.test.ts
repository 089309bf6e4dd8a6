import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PoolChange } from '../../../src/domain/proxies/pool-change.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
let changes: PoolChangeService;
const run = async (statement: string, values: unknown[] = []) => (await database.pool.query(statement, values)).rows;
const pool = () => run('select id, status, label, tags, removed_at, version from proxies order by id');

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  changes = new PoolChangeService({ db, assignments: new AssignmentService({ db }) });
  await run(`insert into proxies (host, port, type, username, provider, tags, status, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', 'ann', case when n <= 3 then 'acme' else 'bolt' end, '{eu}',
      case when n = 3 then 'inactive' else 'active' end::proxy_status, gen_random_uuid(), '\\x00'
    from generate_series(1, 20) n`);
});
afterAll(() => database.drop());

const target = { filter: { provider: 'acme' } };
const CHANGES: PoolChange[] = [
  {
    kind: 'edit',
    target,
    edit: { label: 'new', tags: { add: ['a'], drop: ['eu'] }, expiresAt: '2040-01-01T00:00:00Z' },
  },
  { kind: 'deactivate', target, isBlocked: false },
  { kind: 'activate', target },
  { kind: 'remove', target, reason: 'burned' },
];

const codeOf = (running: Promise<unknown>) =>
  running.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

/** The paths of all objects in what is stored, the outermost first. */
function objectsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return [path, ...Object.entries(value).flatMap(([key, each]) => objectsIn(each, [...path, key]))];
}

/** Plans a change, and changes a part of what is stored of it, as another version of the program would have stored it. */
async function tampered(change: PoolChange, path: string[], value: unknown): Promise<number> {
  const { planId } = await changes.plan(actor, change);
  await run('update plans set input = jsonb_set(input, $2, $3) where id = $1', [planId, path, JSON.stringify(value)]);
  return planId;
}

describe.each(CHANGES)('a stored plan to $kind', (change) => {
  test('with a part that this version does not know is refused, wherever the part is, and changes nothing', async () => {
    const before = await pool();
    const { planId } = await changes.plan(actor, change);
    const [{ input }] = await run('select input from plans where id = $1', [planId]);
    const places = objectsIn(input);
    expect(places).toContainEqual(['change', 'target', 'filter']);
    for (const place of places) {
      const stored = await tampered(change, [...place, 'colour'], 'red');
      expect([place, await codeOf(changes.apply(actor, stored))]).toEqual([place, 'out_of_date']);
    }
    expect(await pool()).toEqual(before);
  });

  test('whose filter has become empty is refused, as a new one is, and changes nothing', async () => {
    const before = await pool();
    const stored = await tampered(change, ['change', 'target', 'filter'], {});
    expect(await codeOf(changes.apply(actor, stored))).toBe('no_filter');
    const everything = { ...change, target: { filter: { provider: undefined } } } as PoolChange;
    expect(await codeOf(changes.plan(actor, everything))).toBe('no_filter');
    expect(await codeOf(changes.now(actor, [everything]))).toBe('no_filter');
    expect(await pool()).toEqual(before);
  });
});

test('a filter is stored as rows are compared with it, and a value that no proxy can have is refused', async () => {
  await run(`update proxies set country = 'DE' where id = 1`);
  const { planId, count } = await changes.plan(actor, { kind: 'remove', target: { filter: { country: 'Germany' } } });
  expect(count).toBe(1);
  const [{ input }] = await run('select input from plans where id = $1', [planId]);
  expect(input.change.target).toEqual({ filter: { country: 'DE' } });
  expect(await codeOf(changes.plan(actor, { kind: 'remove', target: { filter: { country: 'ZZ' } } }))).toBe(
    'bad_field',
  );
});
