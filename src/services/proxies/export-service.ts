import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../base/errors.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { markHandedOut } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSealed, type SealedProxy } from '../../db/queries/proxies/export.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ExportedProxy, ExportFormat } from '../../domain/export/exported-proxy.ts';
import { readTemplate, writeUrl } from '../../domain/export/template.ts';
import { type ExportWriter, exportWriter, textWriter } from '../../domain/export/write-export.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { ProxyFilter } from '../../domain/proxies/filters.ts';
import { datedName } from '../shared/dated-name.ts';
import { readKnownFilter } from './read-filter.ts';

const BATCH = 1000;

export interface ExportRequest {
  filter: ProxyFilter;
  format?: ExportFormat | undefined;
  template?: string | undefined;
  withCredentials: boolean;
  /** Whether usernames are not searched, for people who do not see them. */
  isMasked?: boolean;
}

export interface ExportFile {
  /** Includes the extension. */
  name: string;
  /** Number of exported proxies; final after all parts have been read. */
  count(): number;
  parts: AsyncIterable<string>;
}

/** Exports proxies in batches, so that memory does not depend on the size of the pool. */
export class ExportService {
  readonly #db: Db;
  readonly #keyring: Keyring;

  constructor(deps: { db: Db; keyring: Keyring }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
  }

  /**
   * Begins an export. An export with credentials is recorded in the audit log before the first of them is decrypted.
   *
   * @throws UserError for an invalid template
   */
  async export(actor: Actor, request: ExportRequest): Promise<ExportFile> {
    const writer = writerFor(request);
    const filter = await readKnownFilter(this.#db, request.filter);
    const format = formatOf(request);
    await insertAudit(this.#db, actor, {
      action: 'proxy.export',
      entity: 'export',
      entityId: 'proxies',
      after: { filter, format, credentials: request.withCredentials },
    });
    let count = 0;
    const batches = this.#read({ ...request, filter });
    async function* parts() {
      yield writer.begin();
      for await (const proxies of batches) {
        count += proxies.length;
        yield writer.batch(proxies);
      }
      yield writer.end();
    }
    const ending = format === 'text' ? 'txt' : format;
    return { name: datedName('proxies', ending), count: () => count, parts: parts() };
  }

  async *#read({ filter, withCredentials, isMasked = false }: ExportRequest): AsyncGenerator<ExportedProxy[]> {
    const { limit } = await readSettings(this.#db);
    for (let after = 0; ; ) {
      const rows = await readSealed(this.#db, { filter, isMasked, limit, after, size: BATCH });
      if (rows.length === 0) return;
      if (withCredentials)
        await markHandedOut(
          this.#db,
          rows.map((row) => row.id),
        );
      yield await Promise.all(rows.map((row) => this.#exported(row, withCredentials)));
      after = rows.at(-1)?.id ?? after;
      // Decrypting a batch takes some milliseconds; other work gets its turn between batches.
      await nextTurn();
    }
  }

  async #exported(row: SealedProxy, withCredentials: boolean): Promise<ExportedProxy> {
    const { username, credentialId, passwordSealed, changeIpUrlSealed, ...proxy } = row;
    if (!withCredentials) return { ...proxy, credentials: null };
    const [password, changeIpUrl] = await Promise.all([
      passwordSealed ? this.#keyring.open(passwordSealed, credentialId, 'password') : null,
      changeIpUrlSealed ? this.#keyring.open(changeIpUrlSealed, credentialId, 'change_ip_url') : null,
    ]);
    return { ...proxy, credentials: { username, password, changeIpUrl } };
  }
}

const formatOf = ({ format, template }: ExportRequest): ExportFormat =>
  format ?? (template === undefined ? 'csv' : 'text');

function writerFor(request: ExportRequest): ExportWriter {
  const { template, withCredentials } = request;
  const format = formatOf(request);
  if (template === undefined) return format === 'text' ? textWriter(writeUrl) : exportWriter(format, withCredentials);
  if (format !== 'text') {
    throw new UserError('template_format', `A template produces text, not ${format}.`, 'Remove the format option.');
  }
  const read = readTemplate(template);
  if (read instanceof Refusal) throw new UserError('bad_template', read.reason);
  if (read.needsCredentials && !withCredentials) {
    throw new UserError('needs_credentials', 'This template contains credentials.', 'Set credentials: true.');
  }
  return textWriter(read.write);
}
