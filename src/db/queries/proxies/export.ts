import { sql } from 'drizzle-orm';
import type { ExportedProxy } from '../../../domain/export/exported-proxy.ts';
import type { PlainDetails } from '../../../domain/proxies/fields.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { Db, Tx } from '../../client.ts';
import { PLAIN_DETAILS, type PlainDetailsRow, readPlainDetails } from './plain-details.ts';
import { conditions, JOINED } from './proxy-filter.ts';

/** A proxy with its credentials still sealed. */
export interface SealedProxy extends Omit<ExportedProxy, 'credentials'> {
  username: string;
  credentialId: string;
  passwordSealed: Buffer | null;
  changeIpUrlSealed: Buffer | null;
}

/** The next proxies that a filter finds behind a number, in order. */
export async function readSealed(
  db: Db | Tx,
  { filter, limit, after, size }: { filter: ProxyFilter; limit: number; after: number; size: number },
): Promise<SealedProxy[]> {
  const { rows } = await db.execute<
    Omit<SealedProxy, keyof PlainDetails> & PlainDetailsRow & Record<string, unknown>
  >(sql`
    select p.id, p.host, p.port, p.type, p.status, m.name as model, p.username, p.credential_id as "credentialId",
      p.password_sealed as "passwordSealed", p.change_ip_url_sealed as "changeIpUrlSealed", ${PLAIN_DETAILS}
    from ${JOINED} where ${conditions(filter, limit)} and p.id > ${after} order by p.id limit ${size}`);
  return rows.map((row) => ({ ...row, ...readPlainDetails(row) }));
}
