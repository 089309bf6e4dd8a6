import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAN_KINDS, type PlanKind } from '../../../src/domain/plan-state.ts';
import { accountChanges } from '../../../src/services/account-changes/stored-account-change.ts';
import { accountImportPlans } from '../../../src/services/account-import/account-import-plan.ts';
import { modelMoves } from '../../../src/services/accounts/model-move.ts';
import { fills } from '../../../src/services/assignments/fill-plans.ts';
import { changePlans } from '../../../src/services/pool-changes/stored-change.ts';
import { importPlans } from '../../../src/services/proxy-import/import-plan.ts';
import type { StoredPlans } from '../../../src/services/shared/stored-plans.ts';
import { syncPlans } from '../../../src/services/sources/sync-plan.ts';
import { vpsImportPlans } from '../../../src/services/vps/vps-import-service.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  type TestDatabase,
} from '../../helpers/database/database.ts';
import { upgradeFrom } from '../../helpers/database/released-database.ts';

/** A kind that is added needs a line here, and examples in the fixture of the next release. */
const PLANS: { [K in PlanKind]: Pick<StoredPlans<unknown, unknown>, 'find'> } = {
  'proxy.import': importPlans,
  'account.import': accountImportPlans,
  'vps.import': vpsImportPlans,
  'assignment.fill': fills,
  'pool.change': changePlans,
  'account.model': modelMoves,
  'account.change': accountChanges,
  'source.sync': syncPlans,
};

/** Keys that a plan may lack; any other one that is missing is missing. */
const OPTIONAL = new Set([
  'input.modelId',
  'input.change.modelId',
  'input.change.model',
  'input.change.reason',
  ...['label', 'notes', 'provider', 'country', 'city', 'tags', 'expiresAt', 'monthlyCost'].map(
    (field) => `input.change.edit.${field}`,
  ),
  ...['status', 'health', 'usage', 'model', 'provider', 'country', 'tag', 'search'].map(
    (field) => `input.change.target.filter.${field}`,
  ),
  'result.summary',
  'result.steps.import',
  'result.steps.import.served',
]);
/** Counts by class, of which any may be missing. */
const isOptional = (path: string) => OPTIONAL.has(path) || /^result\.summary\.counts\.\w+$/.test(path);

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
interface Row {
  id: number;
  input: Json;
  result: Json;
}

let released: string;
let database: TestDatabase;
beforeAll(async () => {
  released = await createEmptyDatabase();
  await upgradeFrom('0.1.0', released);
  database = await createTestDatabase(released);
});
afterAll(async () => {
  await database.drop();
  await dropDatabase(released);
});

const readRows = async (kind: PlanKind): Promise<Row[]> =>
  (await database.pool.query('select id::int, input, result from plans where kind = $1 order by id', [kind])).rows;

/** Every object in a value, with the path to it. */
function objectsIn(value: Json, path: string): { path: string; object: { [key: string]: Json } }[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((each) => objectsIn(each, path));
  const inner = Object.entries(value).flatMap(([key, each]) => objectsIn(each, `${path}.${key}`));
  return [{ path, object: value }, ...inner];
}

/** The same row with one key more, and with one less, at each possible place; with the names of the changes. */
function* changed(row: Row): Generator<{ what: string; row: Row }> {
  const places = objectsIn({ ...row } as unknown as Json, 'row').filter(({ path }) => path !== 'row').length;
  for (let at = 0; at < places; at++) {
    const place = (copy: Row) => [...objectsIn(copy.input, 'input'), ...objectsIn(copy.result, 'result')][at];
    const original = place(row);
    if (!original) continue;
    const grown = structuredClone(row);
    Object.assign(place(grown)?.object ?? {}, { of_another_version: 1 });
    yield { what: `${original.path} has one key more`, row: grown };
    for (const key of Object.keys(original.object)) {
      if (isOptional(`${original.path}.${key}`)) continue;
      const shrunk = structuredClone(row);
      delete place(shrunk)?.object[key];
      yield { what: `${original.path}.${key} is missing`, row: shrunk };
    }
  }
}

/** Kinds that the last release did not have, and so stored no plans of. */
const NEW_KINDS: readonly PlanKind[] = ['account.change', 'source.sync'];

describe.for(PLAN_KINDS.filter((kind) => !NEW_KINDS.includes(kind)))('a stored plan of the kind %s', (kind) => {
  test('is read as the last release wrote it', async () => {
    const rows = await readRows(kind);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id } of rows) expect(await PLANS[kind].find(database.db, id)).toMatchObject({ id });
  });

  test('is refused with a sentence if another version wrote one key more or one less', async () => {
    let tried = 0;
    for (const original of await readRows(kind)) {
      const write = ({ input, result }: Row) =>
        database.pool.query('update plans set input = $2, result = $3 where id = $1', [original.id, input, result]);
      for (const { what, row } of changed(original)) {
        await write(row);
        const read = await PLANS[kind].find(database.db, original.id).catch((error: unknown) => error);
        expect(read, `${kind} ${original.id}: ${what}`).toMatchObject({
          name: 'UserError',
          code: 'out_of_date',
          message: 'This preview is from another version of the bot.',
          hint: expect.stringMatching(/^Run .* again\.$/),
        });
        tried++;
      }
      await write(original);
    }
    expect(tried).toBeGreaterThan(2);
  });
});
