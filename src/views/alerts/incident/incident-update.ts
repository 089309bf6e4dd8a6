import { CALM_MS } from '../../../domain/incidents/flapping.ts';
import type { IncidentUpdate } from '../../../domain/incidents/incident-growth.ts';
import { card, text } from '../../../kit/parts.ts';
import { count, plural } from '../../../kit/text.ts';
import type { View } from '../../../kit/view.ts';
import { duration } from '../duration.ts';
import { names } from './incident-text.ts';

/** A reply to the message of an incident that has grown, has returned or is resolved. */
export function incidentUpdate(update: IncidentUpdate): View {
  const line = [...partsOf(update), names(update.providers)].filter(Boolean).join(' · ');
  const isFlapping = update.kind === 'returned';
  return {
    components: [card(update.kind === 'resolved' ? 'success' : 'danger', text(line, isFlapping && UNTIL_CALM))],
  };
}

const UNTIL_CALM = `-# It may be flapping: only its message changes until it has been calm for ${duration(CALM_MS)}.`;

function partsOf(update: IncidentUpdate): (string | false)[] {
  switch (update.kind) {
    case 'grew':
      return growth(update);
    case 'returned':
      return [
        `🔁 **Incident #${update.alertId} is back: ${plural(update.proxies, 'proxy fails', 'proxies fail')} again**`,
        `${plural(update.accounts, 'account')} at risk`,
      ];
    case 'resolved':
      return resolution(update);
  }
}

function growth({ alertId, from, to, accounts }: Extract<IncidentUpdate, { kind: 'grew' }>): string[] {
  const proxies = from < to ? `${count(from)} → ${plural(to, 'proxy', 'proxies')}` : plural(to, 'proxy', 'proxies');
  return [`📈 **Incident #${alertId} grew: ${proxies} · ${plural(accounts, 'account')} at risk**`];
}

function resolution(update: Extract<IncidentUpdate, { kind: 'resolved' }>): (string | false)[] {
  const { alertId, lastedMs, openings, recovered, off } = update;
  return [
    `✅ **Incident #${alertId} resolved after ${duration(lastedMs)}**`,
    openings > 1 && `failed ${count(openings)} times`,
    `${plural(recovered, 'proxy', 'proxies')} recovered`,
    off > 0 && `${count(off)} deactivated`,
  ];
}
