import { z } from 'zod';
import { UserError } from '../../../base/errors.ts';
import { notFound } from '../../../base/not-found.ts';
import type { Db, Tx } from '../../../db/client.ts';
import { lockAlerts } from '../../../db/queries/alerts/alerts.ts';
import { insertAudit } from '../../../db/queries/audit.ts';
import { readNow } from '../../../db/queries/clock.ts';
import {
  closeMaintenance,
  findDueMaintenances,
  insertMaintenance,
  readMaintenance,
  releaseIncident,
  writeBegun,
} from '../../../db/queries/maintenance/maintenances.ts';
import { changeAlertMessages, redrawForMute } from '../../../db/queries/messages/messages.ts';
import { transact } from '../../../db/transaction.ts';
import type { Actor } from '../../../domain/actor.ts';
import { type Maintenance, readStart } from '../../../domain/incidents/maintenance.ts';
import { Refusal } from '../../../domain/parse/fields/refusal.ts';
import type { MessageSource } from '../../messages/message-source.ts';

const HOUR_MS = 3_600_000;
const SYSTEM = 'system';

export interface MaintenancePlan {
  /** Undefined: everything. */
  provider: string | undefined;
  hours: number;
  reason: string | undefined;
  /** As `readStart` reads it; undefined: now. */
  start: string | undefined;
}

/** Announces maintenance and ends it. While it goes on, incidents are recorded, and neither notify people nor move accounts. */
export class MaintenanceService {
  readonly #db: Db;
  readonly #now: (db: Db | Tx) => Date | Promise<Date>;

  constructor(deps: { db: Db; now?: ((db: Db | Tx) => Date | Promise<Date>) | undefined }) {
    this.#db = deps.db;
    this.#now = deps.now ?? readNow;
  }

  /** @throws UserError if the start cannot be read, is over or is too far away */
  announce(actor: Actor, { provider = undefined, hours, reason, start }: MaintenancePlan): Promise<Maintenance> {
    return transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const now = await this.#now(tx);
      const startsAt = start === undefined ? now : readStart(start, now);
      if (startsAt instanceof Refusal) {
        throw new UserError('bad_option', startsAt.reason, 'Use a time in UTC, such as 22:00 or 2026-12-01 22:00.');
      }
      const plan = { provider: provider ?? null, reason: reason ?? null, startsAt };
      const endsAt = new Date(startsAt.getTime() + hours * HOUR_MS);
      const id = await insertMaintenance(tx, {
        ...plan,
        endsAt,
        beganAt: startsAt > now ? null : now,
        createdBy: actor.id,
      });
      await redrawForMute(tx);
      await insertAudit(tx, actor, {
        action: 'maintenance.announce',
        entity: 'settings',
        entityId: `maintenance #${id}`,
        after: { ...plan, endsAt },
      });
      return this.#read(tx, id);
    });
  }

  /**
   * Ends maintenance early, or cancels it before it begins.
   *
   * @throws UserError if it does not exist or has ended
   */
  end(actor: Actor, id: number): Promise<Maintenance> {
    return transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const { closedAt } = await this.#read(tx, id);
      if (closedAt !== null) {
        throw new UserError('alert_over', 'This maintenance has ended.', 'Run /alerts list to see what is announced.');
      }
      await close(tx, id, { by: actor.id, at: await this.#now(tx) });
      await insertAudit(tx, actor, { action: 'maintenance.end', entity: 'settings', entityId: `maintenance #${id}` });
      return this.#read(tx, id);
    });
  }

  async #read(tx: Tx, id: number): Promise<Maintenance> {
    const found = await readMaintenance(tx, id);
    if (!found) throw notFound('maintenance', id);
    return found;
  }
}

/** Begins and ends announced maintenance in time. */
export async function keepMaintenances(db: Db, now: Date): Promise<void> {
  if ((await findDueMaintenances(db, now)).length === 0) return;
  await transact(db, async (tx) => {
    await lockAlerts(tx);
    for (const { id, isOver } of await findDueMaintenances(tx, now)) {
      if (isOver) await close(tx, id, { by: SYSTEM, at: now });
      else await writeBegun(tx, id, now);
    }
    await redrawForMute(tx);
  });
}

async function close(tx: Tx, id: number, ending: { by: string; at: Date }): Promise<void> {
  const ended = await closeMaintenance(tx, id, ending);
  if (ended && ended.alertId !== null) {
    await releaseIncident(tx, ended.alertId);
    if (ended.isOpen) await changeAlertMessages(tx, [ended.alertId]);
  }
  await redrawForMute(tx);
}

const STORED = z.strictObject({ id: z.int() });

/** The message that announces maintenance, and later says that it has begun or ended. */
export function maintenanceMessage(db: Db): MessageSource {
  return async ({ id, data }) => {
    const content = await readMaintenance(db, STORED.parse(data).id);
    if (!content) return undefined;
    return { message: { id, kind: 'maintenance', content }, posting: 'now', isFinal: content.closedAt !== null };
  };
}
