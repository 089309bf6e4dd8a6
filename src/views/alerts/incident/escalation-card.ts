import type { Escalation } from '../../../domain/incidents/escalation.ts';
import { defineId, idNumber } from '../../../kit/custom-id.ts';
import { button, card, row, text } from '../../../kit/parts.ts';
import { formatActor, plural } from '../../../kit/text.ts';
import type { View } from '../../../kit/view.ts';
import { duration } from '../duration.ts';
import { names } from './incident-text.ts';

export const escalationAcknowledgeId = defineId('alert.escalation_acknowledge', { alert: idNumber });

const ROLE_IS_GONE =
  '⚠️ The role to mention no longer exists. Choose another one with `/alerts settings escalate_role:`.';

/** The reply that mentions a role about an incident, and later who has the incident. */
export function escalationCard(escalation: Escalation): View {
  const { alertId, roleId, ownerId, isResolved } = escalation;
  const isOpen = ownerId === null && !isResolved;
  return {
    components: [
      card(
        isResolved ? 'success' : isOpen ? 'danger' : 'warn',
        text(
          ['🚨', roleId !== null && `<@&${roleId}>`, summary(escalation)].filter(Boolean).join(' '),
          ownerId !== null && `👤 Acknowledged by ${formatActor(ownerId)}`,
          isResolved && '✅ Resolved',
          roleId === null && ROLE_IS_GONE,
        ),
        isOpen && row(button('Acknowledge', escalationAcknowledgeId.encode({ alert: alertId }), 'success')),
      ),
    ],
  };
}

function summary({ alertId, accounts, providers, waitedMs }: Escalation): string {
  const parts = [
    `**Incident #${alertId} was not acknowledged for ${duration(waitedMs)}**`,
    accounts > 0 && `${plural(accounts, 'account')} at risk`,
    names(providers),
  ];
  return parts.filter(Boolean).join(' · ');
}
