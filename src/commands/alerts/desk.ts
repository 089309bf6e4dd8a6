import { UserError } from '../../base/errors.ts';
import { memberField, textField } from '../../discord/define/modal.ts';
import { NOTE_LIMIT } from '../../domain/incidents/incident-event.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { isAllowed } from '../../kit/level.ts';
import type { View } from '../../kit/view.ts';
import { alertAcknowledgeId, alertCard, alertHandOverId, alertNoteId } from '../../views/alerts/alert-card.ts';
import { escalationAcknowledgeId, escalationCard } from '../../views/alerts/incident/escalation-card.ts';
import { type Context, defineComponent, defineModal } from '../define.ts';

/** The message of an incident after a change. */
async function changedCard({ services }: Context, id: number): Promise<View> {
  return alertCard((await services.alerts.details(id)).alert);
}

const handOverModal = defineModal({
  id: defineId('alert.hand_over_form', { alert: idNumber }),
  title: 'Hand over',
  fields: { to: memberField('To', { description: 'Somebody with the operator role', placeholder: 'Choose a member' }) },
  requires: 'operator',
  ack: 'update',
  async run(context, { alert }, { to }) {
    const level = to && context.levelOf(to);
    if (!to || to.isBot || !level || !isAllowed(level, 'operator')) {
      throw new UserError('not_allowed', 'An incident can be handed over to an operator or an admin only.');
    }
    await context.services.desk.handOver(context.actor, alert, `discord:${to.userId}`);
    return changedCard(context, alert);
  },
});

const noteModal = defineModal({
  id: defineId('alert.note_form', { alert: idNumber }),
  title: 'Add note',
  fields: { note: textField('Note', { isLong: true, maxLength: NOTE_LIMIT }) },
  requires: 'operator',
  ack: 'update',
  async run(context, { alert }, { note }) {
    if (note === undefined) throw new UserError('nothing_to_set', 'The note is empty.', 'Press Add note again.');
    await context.services.desk.addNote(context.actor, alert, note);
    return changedCard(context, alert);
  },
});

export const deskHandlers = [
  defineComponent({
    id: alertAcknowledgeId,
    requires: 'operator',
    ack: 'update',
    async run(context, { alert }) {
      await context.services.desk.acknowledge(context.actor, alert);
      return changedCard(context, alert);
    },
  }),
  defineComponent({
    id: escalationAcknowledgeId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services: { desk } }, { alert }) {
      await desk.acknowledge(actor, alert);
      return escalationCard(await desk.escalation(alert));
    },
  }),
  defineComponent({
    id: alertHandOverId,
    requires: 'operator',
    ack: 'modal',
    run: async (_context, { alert }) => handOverModal.open({ alert }, {}, `Hand over incident #${alert}`),
  }),
  defineComponent({
    id: alertNoteId,
    requires: 'operator',
    ack: 'modal',
    run: async (_context, { alert }) => noteModal.open({ alert }, {}, `Note on incident #${alert}`),
  }),
  handOverModal,
  noteModal,
];
