import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import { sameKeys } from '../../base/values.ts';
import type { Db, Tx } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findListQuery, insertListQuery } from '../../db/queries/list-queries.ts';
import {
  bringForward,
  closeSource,
  findSource,
  findSourceId,
  insertSource,
  lockSource,
  makeDue,
  readSources,
  readSyncs,
  releaseProxies,
  type SourceRow,
  updateSource,
} from '../../db/queries/sources/sources.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import { detail } from '../../domain/proxies/fields.ts';
import { SOURCE_KINDS, type SourceKind } from '../../domain/sources/listed.ts';
import {
  DEFAULT_EVERY_HOURS,
  readEvery,
  readSourceName,
  SOURCE_MODES,
  type SourceDetails,
  type SourceMode,
  type SourceSummary,
  type SyncReport,
  sourceKey,
} from '../../domain/sources/source.ts';
import { readSourceKey } from '../../domain/sources/source-key.ts';
import { changeMessage } from './announce-sync.ts';
import { sealSourceKey } from './source-key-store.ts';
import type { SourceSyncs, SourceSyncsDeps } from './source-syncs.ts';
import { type StoredSync, syncPlans } from './sync-plan.ts';

const UNIQUE_VIOLATION = '23505';
const SYNCS_SHOWN = 5;
const DRAFT = 'source.draft';

/** Settings of a source as they were written. */
export interface WrittenSource {
  name?: string | undefined;
  provider?: string | undefined;
  every?: string | undefined;
  mode?: SourceMode | undefined;
}

interface SourceSettings {
  name?: string;
  provider?: string | null;
  everyHours?: number;
  mode?: SourceMode;
}

/** The settings of a source that is being added, until its key was typed. */
const draftShape = z.strictObject({
  name: z.string(),
  kind: z.enum(SOURCE_KINDS),
  provider: z.string().nullable(),
  everyHours: z.int(),
  mode: z.enum(SOURCE_MODES),
});
type Draft = z.output<typeof draftShape>;

/** Sources and their settings. */
export class SourceService {
  readonly #db: Db;
  readonly #keyring: SourceSyncsDeps['keyring'];
  readonly #syncs: SourceSyncs;

  constructor(deps: {
    db: Db;
    keyring: SourceSyncsDeps['keyring'];
    syncs: SourceSyncs;
  }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
    this.#syncs = deps.syncs;
  }

  /**
   * Keeps the settings of a new source until its key was typed.
   *
   * @throws UserError if one of them is invalid, or if the name is taken
   */
  async draft(kind: SourceKind, written: WrittenSource & { name: string }): Promise<number> {
    const { name = '', provider = null, everyHours = DEFAULT_EVERY_HOURS, mode = 'ask' } = readSettings(written);
    if ((await findSourceId(this.#db, name)) !== undefined) throw known(name);
    const draft: Draft = { name, kind, provider, everyHours, mode };
    return insertListQuery(this.#db, DRAFT, draft);
  }

  /**
   * Adds the source of a draft, once its key was tested, and reads its list for the first time.
   *
   * @throws UserError if the provider refuses the key or cannot be read: then nothing is added
   */
  async add(actor: Actor, draftId: number, parts: Readonly<Record<string, string | undefined>>): Promise<SyncReport> {
    const stored = draftShape.safeParse(await findListQuery(this.#db, DRAFT, draftId));
    if (!stored.success) throw new UserError('list_expired', 'This form is too old.', 'Run /source add again.');
    const { kind, ...settings } = stored.data;
    const key = readSourceKey(kind, parts);
    if (key instanceof Refusal) throw new UserError('bad_field', key.reason, 'Nothing was added.');
    await this.#syncs.test({ kind, key });
    const source = await transact(this.#db, async (tx) => {
      const sealed = await sealSourceKey(this.#keyring, tx, key);
      const added = await insertSource(tx, { ...settings, ...sealed, kind, createdBy: actor.id });
      if (!added) throw known(settings.name);
      await insertAudit(tx, actor, {
        action: 'source.add',
        entity: 'source',
        entityId: added.id,
        after: { ...settings, kind },
      });
      return added;
    });
    return this.#syncs.run(actor, source.id);
  }

  /** All sources, by name. */
  list(): Promise<SourceSummary[]> {
    return readSources(this.#db);
  }

  /** @throws UserError if the source does not exist */
  async show(id: number): Promise<SourceDetails> {
    const [summary] = await readSources(this.#db, id);
    const row = await findSource(this.#db, id);
    if (!summary || !row) throw notFound('source');
    const { createdBy, createdAt, planId } = row;
    return {
      ...summary,
      createdBy,
      createdAt,
      planId: (await this.#isOpen(planId)) ? planId : null,
      syncs: await readSyncs(this.#db, id, SYNCS_SHOWN),
    };
  }

  /** The number of a source. @throws UserError if no source has this name */
  async resolve(name: string): Promise<number> {
    const id = await findSourceId(this.#db, name);
    if (id === undefined) throw notFound('source', name);
    return id;
  }

  /**
   * Reads the list of a source now.
   *
   * @param options.isShown whether a person sees the result at once, so that the channel need not be told
   * @throws UserError if it cannot be read, or if a sync is running
   */
  async sync(actor: Actor, id: number, { isShown = true }: { isShown?: boolean } = {}): Promise<SyncReport> {
    const source = await findSource(this.#db, id);
    if (!source || source.removedAt) throw notFound('source', source?.name);
    const report = await this.#syncs.run(actor, id, { isShown });
    // One that failed has changed nothing, and is among the syncs of the source.
    await insertAudit(this.#db, actor, { action: 'source.sync', entity: 'source', entityId: id });
    return report;
  }

  /** @throws UserError if no setting is given, if one is invalid, or if the name is taken */
  async edit(actor: Actor, id: number, written: WrittenSource): Promise<SourceDetails> {
    const fields = readSettings(written);
    if (Object.keys(fields).length === 0) {
      throw new UserError('nothing_to_change', 'No changes given.', 'Set at least one option.');
    }
    try {
      await transact(this.#db, async (tx) => {
        const now = await this.#locked(tx, id);
        const before = sameKeys(now, fields);
        if (isDeepStrictEqual(fields, before)) return;
        const key = fields.name === undefined ? {} : { key: sourceKey(fields.name) };
        await updateSource(tx, id, { ...fields, ...key });
        await bringForward(tx, id);
        await insertAudit(tx, actor, { action: 'source.edit', entity: 'source', entityId: id, before, after: fields });
      });
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION) throw known(fields.name ?? '');
      throw error;
    }
    return this.show(id);
  }

  /**
   * Sets the key of a source, once it was tested.
   *
   * @throws UserError if the provider refuses it: the former key stays
   */
  async setKey(actor: Actor, id: number, parts: Readonly<Record<string, string | undefined>>): Promise<SourceDetails> {
    const { kind } = await this.show(id);
    const key = readSourceKey(kind, parts);
    if (key instanceof Refusal) throw new UserError('bad_field', key.reason, 'Nothing was changed.');
    await this.#syncs.test({ kind, key });
    await transact(this.#db, async (tx) => {
      await this.#locked(tx, id);
      await updateSource(tx, id, await sealSourceKey(this.#keyring, tx, key));
      await makeDue(tx, id);
      await insertAudit(tx, actor, { action: 'source.edit', entity: 'source', entityId: id, after: { key: 'new' } });
    });
    return this.show(id);
  }

  /** Removes a source with its key; its proxies stay. A second call has no effect. */
  remove(actor: Actor, id: number): Promise<{ name: string; proxies: number } | undefined> {
    return transact(this.#db, async (tx) => {
      const source = await lockSource(tx, id);
      if (!source || source.removedAt) return undefined;
      await lockAssignments(tx);
      const proxies = await releaseProxies(tx, id);
      if (source.planId !== null) {
        const closed = async (plan: StoredSync) => plan;
        const open = (plan: StoredSync) => syncPlans.cancel(tx, actor, plan);
        await syncPlans.whileOpen(tx, source.planId, { open, closed });
      }
      if (source.messageId !== null) await changeMessage(tx, source.messageId);
      await closeSource(tx, id);
      const { name, kind } = source;
      await insertAudit(tx, actor, {
        action: 'source.remove',
        entity: 'source',
        entityId: id,
        before: { name, kind, proxies },
      });
      return { name, proxies };
    });
  }

  async #isOpen(planId: number | null): Promise<boolean> {
    return planId !== null && (await syncPlans.find(this.#db, planId)).state === 'open';
  }

  async #locked(tx: Tx, id: number): Promise<SourceRow> {
    const source = await lockSource(tx, id);
    if (!source || source.removedAt) throw notFound('source', source?.name);
    return source;
  }
}

/** The settings that were given. `-` clears the provider. @throws UserError if one is invalid */
function readSettings({ name, provider, every, mode }: WrittenSource): SourceSettings {
  return {
    ...(name !== undefined && { name: valid(needed(name, 'name') ?? readSourceName(name)) }),
    ...(provider !== undefined && { provider: valid(readProvider(provider)) }),
    ...(every !== undefined && { everyHours: valid(needed(every, 'time between syncs') ?? readEvery(every)) }),
    ...(mode !== undefined && { mode }),
  };
}

const CLEARED = '-';

/** A refusal if a setting that a source needs is to be cleared. */
const needed = (written: string, what: string): Refusal | undefined =>
  written === CLEARED ? new Refusal(`A source must have a ${what}.`) : undefined;

function readProvider(written: string): string | null | Refusal {
  return written === CLEARED ? null : (detail('provider').kind.read(written, 'provider') as string | null | Refusal);
}

function valid<T>(read: T | Refusal): T {
  if (read instanceof Refusal) throw new UserError('bad_field', read.reason, 'Nothing was changed.');
  return read;
}

const known = (name: string) =>
  new UserError('source_known', `There is already a source “${name}”.`, 'Choose another name.');
