import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { lockAlerts } from '../../db/queries/alerts/alerts.ts';
import { insertEvents, lockOwned, type NewEvent, writeOwner } from '../../db/queries/alerts/incident-events.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { changeAlertMessages } from '../../db/queries/messages/messages.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AuditAction } from '../../domain/audit-view.ts';
import type { Escalation } from '../../domain/incidents/escalation.ts';
import { isIncident } from '../../domain/incidents/incident.ts';
import { NOTE_LIMIT } from '../../domain/incidents/incident-event.ts';
import { describeEscalation } from './escalation-message.ts';

/** Who has an incident, and what people write into its timeline. Each change redraws the message of the incident. */
export class IncidentDesk {
  readonly #db: Db;

  constructor({ db }: { db: Db }) {
    this.#db = db;
  }

  /**
   * Puts the caller's name on an incident. Acknowledging an incident that the caller has already does nothing.
   *
   * @throws UserError if it does not exist, is resolved, or another person has it
   */
  acknowledge(actor: Actor, id: number): Promise<void> {
    return this.#change(id, async (tx, ownerId) => {
      if (ownerId === actor.id) return;
      if (ownerId !== null) {
        throw new UserError(
          'acknowledged_already',
          'Somebody else has acknowledged this incident.',
          'Press Hand over on its message to take it over.',
        );
      }
      await writeOwner(tx, id, actor.id);
      await this.#write(tx, actor, 'incident.acknowledge', { alertId: id, kind: 'acknowledged' });
    });
  }

  /**
   * Passes an incident on to another person. It need not be acknowledged.
   *
   * @param to as in `Actor`
   * @throws UserError if the incident does not exist or is resolved
   */
  handOver(actor: Actor, id: number, to: string): Promise<void> {
    return this.#change(id, async (tx, ownerId) => {
      if (ownerId === to) return;
      await writeOwner(tx, id, to);
      await this.#write(tx, actor, 'incident.hand_over', { alertId: id, kind: 'handed_over', to });
    });
  }

  /**
   * Adds a note to the timeline.
   *
   * @throws UserError if the note is too long, or the incident does not exist or is resolved
   */
  addNote(actor: Actor, id: number, note: string): Promise<void> {
    if (note.length > NOTE_LIMIT) {
      throw new UserError('too_long', `A note must be at most ${NOTE_LIMIT} characters.`, 'Shorten it.');
    }
    return this.#change(id, async (tx) => {
      await changeAlertMessages(tx, [id]);
      await this.#write(tx, actor, 'incident.note', { alertId: id, kind: 'note', note });
    });
  }

  /**
   * The reply that mentioned a role about an incident.
   *
   * @throws UserError if the incident does not exist
   */
  async escalation(id: number): Promise<Escalation> {
    const found = await describeEscalation(this.#db, id);
    if (!found) throw notFound('alert', id);
    return found.content;
  }

  #change(id: number, change: (tx: Tx, ownerId: string | null) => Promise<void>): Promise<void> {
    return transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const alert = await lockOwned(tx, id);
      if (!alert || !isIncident(alert.kind)) throw notFound('alert', id);
      if (alert.closedAt) {
        throw new UserError('alert_over', 'This incident is resolved.', 'Run /alerts list to see open alerts.');
      }
      await change(tx, alert.ownerId);
    });
  }

  async #write(tx: Tx, actor: Actor, action: AuditAction, event: NewEvent): Promise<void> {
    await insertEvents(tx, [{ ...event, actorId: actor.id }]);
    const { to, note } = event;
    const after = { ...(to !== undefined && { to }), ...(note !== undefined && { note }) };
    await insertAudit(tx, actor, { action, entity: 'incident', entityId: event.alertId, after });
  }
}
