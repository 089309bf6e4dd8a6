import type { IncidentUpdate } from '../../domain/incidents/incident-growth.ts';
import { card, text } from '../../kit/parts.ts';
import { count, plural } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { duration } from './duration.ts';
import { names } from './incident-text.ts';

/** A reply to the message of an incident that has grown or is resolved. */
export function incidentUpdate(update: IncidentUpdate): View {
  const parts = update.kind === 'grew' ? growth(update) : resolution(update);
  const line = [...parts, names(update.providers)].filter(Boolean).join(' · ');
  return { components: [card(update.kind === 'grew' ? 'danger' : 'success', text(line))] };
}

function growth({ alertId, from, to, accounts }: Extract<IncidentUpdate, { kind: 'grew' }>): string[] {
  const proxies = from < to ? `${count(from)} → ${plural(to, 'proxy', 'proxies')}` : plural(to, 'proxy', 'proxies');
  return [`📈 **Incident #${alertId} grew: ${proxies} · ${plural(accounts, 'account')} at risk**`];
}

function resolution(update: Extract<IncidentUpdate, { kind: 'resolved' }>): (string | false)[] {
  const { alertId, lastedMs, recovered, off } = update;
  return [
    `✅ **Incident #${alertId} resolved after ${duration(lastedMs)}**`,
    `${plural(recovered, 'proxy', 'proxies')} recovered`,
    off > 0 && `${count(off)} deactivated`,
  ];
}
