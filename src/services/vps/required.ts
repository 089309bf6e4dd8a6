import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { findVps, listVps } from '../../db/queries/vps/vps.ts';
import type { VpsSummary } from '../../domain/vps/vps-map.ts';

/** @throws UserError if the VPS does not exist */
export async function requireVps(db: Db, id: number): Promise<VpsSummary> {
  const vps = await findVps(db, id);
  if (vps) return vps;
  throw notFound('vps');
}

/** The number of any VPS of an environment. @throws UserError if there is none */
export async function requireEnvironment(db: Db, environment: string): Promise<number> {
  const [row] = (await listVps(db, { environment }, { size: 1 })).rows;
  if (row) return row.id;
  throw notFound('environment', environment);
}
