import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countLargeMap } from '../../../src/db/queries/vps/large-map.ts';
import { type CountedMap, countMap } from '../../../src/db/queries/vps/vps-map.ts';
import { mixesScripts, vpsKey } from '../../../src/domain/names.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { VpsImportService } from '../../../src/services/vps/vps-import-service.ts';
import { VpsMapService } from '../../../src/services/vps/vps-map-service.ts';
import { VpsService } from '../../../src/services/vps/vps-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const ACTOR = { id: 'test', name: 'Test' };
const PROXIES = 12;
const RUNS = { numRuns: 25 };

let database: TestDatabase;
let vps: VpsService;
let maps: VpsMapService;
let imports: VpsImportService;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  vps = new VpsService({ db: database.db });
  maps = new VpsMapService({ db: database.db });
  imports = new VpsImportService({ db: database.db, workers: new FileWorkers() });
  const ids = await insertProxies(database, { provider: 'acme', count: PROXIES, network: 1 });
  // Half of the proxies carry two accounts each, the others none.
  await assignAccounts(database, ids.slice(0, PROXIES / 2), { model: 'Amber', each: 2 });
});
afterAll(() => database.drop());

/** VPS 1 to 3, with their accounts and the proxies that are documented for them. */
const worlds = fc.record({
  names: fc
    .uniqueArray(fc.stringMatching(/^[\p{L}=+@'" ,;|#\p{N}]{1,12}$/u), {
      minLength: 3,
      maxLength: 3,
      selector: vpsKey,
    })
    .filter((names) => names.every((name) => name.trim() === name && /\p{L}/u.test(name) && !mixesScripts(name))),
  ownerOf: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: PROXIES, maxLength: PROXIES }),
  links: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: PROXIES })), {
    maxLength: 14,
    selector: ([machine, proxy]) => `${machine} ${proxy}`,
  }),
  notes: fc.array(
    fc.constantFrom(
      '',
      'spare',
      '=1+1',
      'a "quoted" note, with; signs',
      "'tis",
      ' in blanks ',
      '“quoted”',
      'two\nlines',
      '\u200bunseen',
    ),
    { minLength: 3, maxLength: 3 },
  ),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

async function make({ names, ownerOf, links, notes }: World): Promise<void> {
  await run(
    'delete from vps_proxy_mappings; update accounts set vps_id = null; delete from vps; alter table vps alter column id restart with 1',
  );
  for (const name of names)
    await vps.add(ACTOR, { name, environment: name.length % 2 === 0 ? 'staging' : 'production' });
  for (const [at, owner] of ownerOf.entries()) {
    if (owner > 0) await vps.assign(ACTOR, owner, { accountId: at + 1 });
  }
  for (const [machine, proxy] of links) await maps.link(ACTOR, machine, proxy, notes[proxy % 3] || null);
}

async function exported(format: 'csv' | 'json'): Promise<string> {
  const parts: string[] = [];
  for await (const part of (await maps.export(ACTOR, {}, { format })).parts) parts.push(part);
  return parts.join('');
}

test('the drift that is found is the drift that was made', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      await make(world);
      const proxyOf = new Map(
        (await run('select account_id, proxy_id from account_proxy_assignments')).map((row) => [
          row.account_id,
          row.proxy_id,
        ]),
      );
      const used = new Set<string>();
      for (const [at, owner] of world.ownerOf.entries()) {
        if (owner > 0) used.add(`${owner} ${proxyOf.get(at + 1)}`);
      }
      const linked = new Set(world.links.map(([machine, proxy]) => `${machine} ${proxy}`));
      const machinesOf = Map.groupBy([...new Set([...used, ...linked])], (pair) => pair.split(' ')[1]);
      const { drift, figures } = await maps.map({});
      expect(drift).toEqual({
        unused: [...linked].filter((pair) => !used.has(pair)).length,
        undocumented: [...used].filter((pair) => !linked.has(pair)).length,
        shared: [...machinesOf.values()].filter((machines) => machines.length > 1).length,
      });
      expect([figures.vps, figures.links]).toEqual([3, linked.size]);
      const shared = await maps.drift('shared', {});
      expect(new Set(shared.map((each) => each.proxyId)).size).toBe(drift.shared);
    }),
    RUNS,
  );
});

test('a large map, which is counted here, says the same as one that SQL counts', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.constantFrom({}, { environment: 'staging' }), async (world, scope) => {
      await make(world);
      const sample = 3;
      const [large, small] = await database.db.transaction(async (tx) => [
        await countLargeMap(tx, scope, { sample }),
        await countMap(tx, scope, { grouping: 'provider', sample }),
      ]);
      const inOrder = ({ toProxies, toModels, samples, ...map }: CountedMap) => ({
        ...map,
        // The order of equal flows, and of the relations of a proxy, does not matter.
        flows: [...toProxies, ...toModels].map((flow) => JSON.stringify([flow.from, flow.to, flow.accounts])).sort(),
        samples: Object.values(samples).map((found) => found.map(({ vpsId, proxyId }) => `${proxyId} ${vpsId}`).sort()),
      });
      expect(inOrder(large)).toEqual(inOrder(small));
    }),
    RUNS,
  );
});

test('what is exported, imported and exported again is the same', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.constantFrom('csv', 'json'), async (world, format) => {
      await make(world);
      await run('update proxies set removed_at = now() where id = 12');
      const before = await exported(format);
      await run(
        'delete from vps_proxy_mappings; update accounts set vps_id = null; delete from vps; alter table vps alter column id restart with 1',
      );
      const preview = await imports.stage(ACTOR, { name: `vps.${format}`, bytes: Buffer.from(before) });
      expect(preview.rejected).toEqual([]);
      await imports.apply(ACTOR, preview.planId);
      expect(await exported(format)).toBe(before);
      await run('update proxies set removed_at = null where id = 12');
    }),
    RUNS,
  );
});

test('resolving a drift leaves none of its kind, and does nothing if the preview is stale', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      await make(world);
      const { drift } = await maps.map({});
      for (const kind of ['undocumented', 'unused'] as const) {
        expect(await maps.mend(ACTOR, kind, {}, drift[kind] + 1)).toBe(false);
        expect((await maps.map({})).drift[kind]).toBe(drift[kind]);
        expect(await maps.mend(ACTOR, kind, {}, drift[kind])).toBe(true);
        expect((await maps.map({})).drift[kind]).toBe(0);
      }
    }),
    RUNS,
  );
});

test('rows that speak against each other, or of what is not there, are left out, and no password is kept', async () => {
  await make({ names: ['a', 'b', 'c'], ownerOf: [], links: [], notes: ['', '', ''] });
  const [{ host, username }] = await run('select host, username from proxies where id = 3');
  const [first] = await run('select username from accounts where id = 1');
  const rows = [
    'VPS,Proxy,Account',
    `a,${host}:8080:${username}:s3cret,${first.username}`,
    `a,socks5://${username}:s3cret@${host}:8080,`,
    `B,#4,@${String(first.username).toUpperCase()}`,
    'b,nowhere.example:1,',
  ].join('\n');
  const preview = await imports.stage(ACTOR, { name: null, bytes: gzipSync(rows) });
  expect(preview).toMatchObject({ rows: 2, newLinks: 1, addedAccounts: 1 });
  expect(preview.rejected.map(({ line, reason }) => [line, reason.slice(0, 22)])).toEqual([
    [4, 'Line 2 puts this accou'],
    [5, 'Unknown proxy.'],
  ]);
  expect((await run('select 1 from plans where input::text like $$%s3cret%$$')).length).toBe(0);
});

test('a stale import shows a new preview, even with the same counts', async () => {
  await make({ names: ['a', 'b', 'c'], ownerOf: [], links: [], notes: ['', '', ''] });
  const accounts = await run('select username from accounts where id in (1, 2) order by id');
  const rows = ['vps,account', ...accounts.map((row) => `c,${row.username}`)].join('\n');
  await vps.assign(ACTOR, 1, { accountId: 1 });
  const { planId } = await imports.stage(ACTOR, { name: null, bytes: Buffer.from(rows) });
  await run('update accounts set vps_id = 2 where id = 1');
  expect(await imports.apply(ACTOR, planId)).toMatchObject({
    isStale: true,
    preview: { state: 'open', movedAccounts: 1 },
  });
  expect(await imports.apply(ACTOR, planId)).toMatchObject({ isStale: false, preview: { state: 'applied' } });
  expect(await run('select count(*)::int as count from accounts where vps_id = 3')).toEqual([{ count: 2 }]);
});

test('an edit of a removed VPS is refused, and not recorded', async () => {
  const { id } = await vps.add(ACTOR, { name: 'short-lived' });
  await vps.remove(ACTOR, id);
  await expect(vps.edit(ACTOR, id, { region: 'eu' })).rejects.toMatchObject({ code: 'vps_unknown' });
  expect(await run(`select action from audit_log where action = 'vps.edit' and entity_id = '${id}'`)).toEqual([]);
});
