import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { countRelations, type PackedRelations, type Pair } from '../../../domain/vps/count-relations.ts';
import { DRIFTS, type Drift, type VpsRelation } from '../../../domain/vps/vps-map.ts';
import type { Tx } from '../../client.ts';
import { models, vps } from '../../schema/accounts.ts';
import { a, l, m, p, s, v } from '../../sql/aliases.ts';
import { list, shape, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows } from '../../sql/rows.ts';
import { inScope, type VpsScope } from './vps.ts';
import { type CountedMap, relationsOf } from './vps-map.ts';

/** Integers as one value: as rows they would take longer to read than to count. */
const packed = (bytes: SQL): SQL => sql`coalesce(string_agg(${bytes}, ''::bytea), ''::bytea)`;
const packedOnes = (column: StringChunk): SQL => packed(sql`int4send(${column})`);
/** Two as one, which takes half as long. */
const packedPairs = (first: StringChunk, second: StringChunk): SQL =>
  packed(sql`int8send(${first}::bigint << 32 | ${second})`);

function unpack(bytes: Buffer): Int32Array {
  // A copy begins at a multiple of four; the server sends the high byte first.
  const copy = Buffer.from(new Uint8Array(bytes).buffer).swap32();
  return new Int32Array(copy.buffer, copy.byteOffset, copy.byteLength / Int32Array.BYTES_PER_ELEMENT);
}

const BYTES = z.instanceof(Buffer);
const ACCOUNTS = z.strictObject({ vpsId: typeOf(vps.id), modelId: typeOf(models.id), ids: BYTES });
const PACKED = z.strictObject({ assignments: BYTES, links: BYTES });
const GROUP = z.strictObject({ provider: z.string(), ids: BYTES });
const MACHINE = z.strictObject({ ...shape(vps, 'id', 'name'), isMine: z.boolean() });
const MODEL = z.strictObject(shape(models, 'id', 'name'));

/** The same as `countMap` with proxies by provider, for many VPS: the tables are read as they are, and joined and counted here. */
export async function countLargeMap(tx: Tx, scope: VpsScope, { sample }: { sample: number }): Promise<CountedMap> {
  const { groups, relations } = await readRelations(tx);
  const machines = await rows(
    tx,
    MACHINE,
    sql`select ${list(v, 'id', 'name')}, ${inScope(scope)} as "isMine" from ${v}`,
  );
  const mine = new Set(machines.filter(({ isMine }) => isMine).map(({ id }) => id));
  const counted = countRelations(relations, { isMine: (id) => mine.has(id), sample });
  const vpsNames = new Map(machines.map(({ id, name }) => [id, name]));
  const found = await rows(tx, MODEL, sql`select ${list(m, 'id', 'name')} from ${m}`);
  const modelNames = new Map(found.map(({ id, name }) => [id, name]));
  const group = (index: number) => groups[index]?.provider ?? '';
  const { accounts, assigned, proxies, links, drift, crowded, samples, toGroups, toModels } = counted;
  const largest = <T extends { accounts: number }>(flows: readonly T[]) =>
    flows.toSorted((x, y) => y.accounts - x.accounts);
  return {
    figures: { vps: mine.size, accounts, assigned, proxies, links, models: counted.models },
    drift,
    crowded,
    samples: await describeSamples(tx, samples),
    toProxies: largest(toGroups).map((flow) => ({ ...flow, from: vpsNames.get(flow.from) ?? '', to: group(flow.to) })),
    toModels: largest(toModels).map((flow) => ({ ...flow, from: group(flow.from), to: modelNames.get(flow.to) ?? '' })),
  };
}

async function readRelations(tx: Tx) {
  // One index has all of it, in this order.
  const ofModels = sql`
    select ${a.vpsId} as "vpsId", ${a.modelId} as "modelId", ${packedOnes(a.id)} as ids from ${a}
    where ${a.vpsId} is not null and ${a.removedAt} is null group by 1, 2`;
  const accounts = await rows(tx, ACCOUNTS, ofModels);
  const statement = sql`select
    (select ${packedPairs(s.accountId, s.proxyId)} from ${s}) as assignments,
    (select ${packedPairs(l.vpsId, l.proxyId)} from ${l}) as links`;
  const { assignments, links } = await onlyRow(tx, PACKED, statement);
  const byProvider = sql`select coalesce(${p.provider}, 'no provider') as provider, ${packedOnes(p.id)} as ids from ${p} group by 1`;
  const groups = await rows(tx, GROUP, byProvider);
  const relations: PackedRelations = {
    accounts: accounts.map(({ ids, ...each }) => ({ ...each, ids: unpack(ids) })),
    assignments: unpack(assignments),
    links: unpack(links),
    groups: groups.map(({ ids }) => unpack(ids)),
  };
  return { groups, relations };
}

async function describeSamples(tx: Tx, samples: Record<Drift, Pair[]>): Promise<CountedMap['samples']> {
  const found = await relationsOf(
    tx,
    DRIFTS.flatMap((drift) => samples[drift]),
  );
  const of = (drift: Drift): VpsRelation[] =>
    samples[drift].flatMap(({ vpsId, proxyId }) =>
      found.filter((each) => each.vpsId === vpsId && each.proxyId === proxyId).slice(0, 1),
    );
  return { unused: of('unused'), undocumented: of('undocumented'), shared: of('shared') };
}
