import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Tx } from '../../../src/db/client.ts';
import type { PlanState } from '../../../src/domain/plan-state.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { assertStillShown, basisOf } from '../../../src/services/shared/stale-preview.ts';
import { StoredPlans } from '../../../src/services/shared/stored-plans.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const ACTOR = { id: 'discord:1', name: 'ann' };
const plans = new StoredPlans({
  kind: 'vps.import',
  called: 'plan',
  again: 'Plan again.',
  input: z.object({ models: z.number() }),
  result: z.object({ name: z.string() }).nullable(),
  noResult: null,
});
type Plan = Awaited<ReturnType<typeof plans.find>>;
type Preview = Plan['input'] & { state: PlanState };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const run = async (statement: string) => (await database.pool.query(statement)).rows;
beforeEach(() => run('delete from models'));

async function countModels(tx: Tx): Promise<number> {
  return (await tx.execute<{ count: number }>('select count(*)::int as count from models')).rows[0]?.count ?? 0;
}

/** A change that adds a model, and whose preview shows how many there are. */
const addModel = (id: number, name: string) =>
  plans.apply<Preview>(database.db, id, {
    closed: ({ state, input }) => ({ state, ...input }),
    async apply({ input }, tx) {
      // Written before it is compared: what a stale preview has written must not stay.
      await tx.execute(`insert into models (name, key) values ('${name}', '${name}')`);
      assertStillShown(input.models + 1, await countModels(tx));
      await plans.update(tx, id, { state: 'applied', result: { name } });
      return { state: 'applied', ...input };
    },
    async refresh(_plan, tx) {
      const input = { models: await countModels(tx) };
      await plans.update(tx, id, { input });
      return { state: 'open', ...input };
    },
  });

const plan = () => database.db.transaction(async (tx) => plans.insert(tx, ACTOR, { models: await countModels(tx) }));

test('a stale preview changes nothing, is shown again, and can then be applied', async () => {
  const id = await plan();
  await run(`insert into models (name, key) values ('between', 'between')`);
  expect(await addModel(id, 'first')).toEqual({ isStale: true, preview: { state: 'open', models: 1 } });
  expect(await run('select name from models')).toEqual([{ name: 'between' }]);
  expect(await addModel(id, 'first')).toEqual({ isStale: false, preview: { state: 'applied', models: 1 } });
  expect(await run('select name from models order by id')).toMatchObject([{}, { name: 'first' }]);
});

test('of two clicks at once one applies the plan, and the other shows its result', async () => {
  const id = await plan();
  const outcomes = await Promise.all([addModel(id, 'twice'), addModel(id, 'twice')]);
  for (const { isStale, preview } of outcomes) expect([isStale, preview.state]).toEqual([false, 'applied']);
  expect(await run(`select name from models where name = 'twice'`)).toHaveLength(1);
});

test('a plan of another kind and a plan that was never made are unknown', async () => {
  const id = await database.db.transaction((tx) => plans.insert(tx, ACTOR, { models: 0 }));
  await expect(addModel(id + 1, 'no')).rejects.toMatchObject({ code: 'plan_unknown' });
  const assignments = new AssignmentService({ db: database.db });
  await expect(assignments.applyFill(ACTOR, id)).rejects.toMatchObject({ code: 'plan_unknown' });
});

test('a basis is the same for the same parts in the same order, and differs otherwise', () => {
  expect(basisOf([1, 23])).toBe(basisOf([1, 23]));
  expect(basisOf([1, 23])).not.toBe(basisOf([12, 3]));
  expect(basisOf([1, 23])).not.toBe(basisOf([23, 1]));
});
