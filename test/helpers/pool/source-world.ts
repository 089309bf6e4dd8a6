import { randomBytes } from 'node:crypto';
import { createLogger } from '../../../src/base/logger.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import type { ProxyFields } from '../../../src/domain/proxies/proxy.ts';
import type { ListedPage, ListedProxy, ListedReplacement } from '../../../src/domain/sources/listed.ts';
import type { SourceMode } from '../../../src/domain/sources/source.ts';
import { SourceError, type SourceErrorCode } from '../../../src/domain/sources/source-error.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { SourceService } from '../../../src/services/sources/source-service.ts';
import { SourceSyncs } from '../../../src/services/sources/source-syncs.ts';
import { SyncDecisions } from '../../../src/services/sources/sync-decisions.ts';
import type { TestDatabase } from '../database/database.ts';

export const ADMIN = { id: 'discord:1', name: 'Ada' };

const NOTHING = {
  provider: null,
  country: null,
  city: null,
  label: null,
  tags: [],
  notes: null,
  expiresAt: null,
  monthlyCost: null,
  changeIpUrl: null,
  externalId: null,
};

/** The nth proxy of a provider. Another `generation` has another address under the same id. */
export function listed(
  n: number,
  { generation = 0, ...fields }: Partial<ProxyFields> & { generation?: number } = {},
): ListedProxy {
  const host = `203.0.${113 + generation}.${n}`;
  return {
    externalId: `d-${n}`,
    state: 'active',
    fields: { ...NOTHING, host, port: 8000, type: 'http', username: 'u', password: `p${n}`, ...fields },
  };
}

/** A provider in memory, whose list tests change. */
export class ListOfProvider {
  proxies: ListedProxy[] = [];
  replacements: ListedReplacement[] = [];
  refusedIds: string[] = [];
  /** The error that reading ends with, after so many proxies. */
  failure: { code: SourceErrorCode; after: number } | undefined;
  /** Called before each page. */
  onPage: () => Promise<void> | void = () => undefined;
  reads = 0;

  async test(): Promise<null> {
    await this.read().next();
    return null;
  }

  async *read(): AsyncGenerator<ListedPage> {
    this.reads++;
    await this.onPage();
    const end = this.failure?.after ?? this.proxies.length;
    yield page(this.proxies.slice(0, Math.ceil(end / 2)));
    await this.onPage();
    const rest = this.proxies.slice(Math.ceil(end / 2), end);
    const refused = this.refusedIds.map((externalId) => ({ externalId, reason: 'private address' }));
    yield { ...page(rest), refused, replacements: this.failure ? [] : this.replacements };
    if (this.failure) throw new SourceError(this.failure.code, 'the provider did not answer');
  }
}

const page = (proxies: ListedProxy[]): ListedPage => ({ proxies, replacements: [], refused: [], total: null });

/** The services of sources over a database, and a provider. */
export async function openSources({ db, pool }: Pick<TestDatabase, 'db' | 'pool'>, kek: Uint8Array = randomBytes(32)) {
  const provider = new ListOfProvider();
  const keyring = await openKeyring(db, kek);
  const assignments = new AssignmentService({ db });
  const alerts = new AlertService({ db, opsChannelId: '1', guildId: '1' });
  const changes = new PoolChangeService({ db, assignments });
  const log = createLogger('silent');
  const reader = { read: () => provider.read(), test: () => provider.test() };
  const syncs = new SourceSyncs({ db, pool, keyring, reader, alerts, assignments, log });
  const sources = new SourceService({ db, keyring, syncs });
  const decisions = new SyncDecisions({ db, changes, assignments });
  const add = async (name: string, mode: SourceMode = 'ask') =>
    sources.add(ADMIN, await sources.draft('webshare', { name, provider: 'Webshare', mode }), { key: 'secret-key' });
  return { provider, keyring, assignments, changes, syncs, sources, decisions, add };
}
