import type { Alert, AlertProxy } from '../../domain/incidents/incident.ts';
import type { IncidentEvent } from '../../domain/incidents/incident-event.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { type CommandInfo, linkCommands } from '../../kit/help/command-info.ts';
import { card, file, text } from '../../kit/parts.ts';
import { plural } from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';
import { alertName } from './alert-name.ts';
import { duration } from './duration.ts';
import { alertProxyLine } from './incident/alert-proxy-line.ts';
import { timelineLines } from './incident/incident-timeline.ts';
import { outcomeLine } from './incident/outcome-guide.ts';

/** More proxies than these are listed in a file. */
export const DETAILS_SHOWN = 20;

interface ShownDetails {
  proxies: readonly AlertProxy[];
  events: readonly IncidentEvent[];
  now: Date;
  commands: readonly CommandInfo[];
}

/** The proxies of an alert, those still affected first; a long list is attached as a file. */
export function alertDetails(alert: Alert, { proxies, events, now, commands }: ShownDetails, list?: ViewFile): View {
  const lines = proxies.slice(0, DETAILS_SHOWN).map((proxy) => {
    const lasted = duration((proxy.endedAt ?? now).getTime() - proxy.since.getTime());
    return alertProxyLine(proxy, [proxy.outcome, proxy.endedAt ? `✅ after ${lasted}` : lasted]);
  });
  return {
    components: [
      card(
        alert.closedAt ? 'muted' : 'neutral',
        text(
          `### ${alertName(alert)} · ${plural(proxies.length, 'proxy', 'proxies')}`,
          ...meaningLines(alert, commands),
        ),
        lines.length > 0 && text(...lines),
        events.length > 0 && text('**Timeline**', ...timelineLines(events)),
        list && file(list.name),
      ),
    ],
    ...(list && { files: [list] }),
  };
}

/** The meaning of the outcome that most of its proxies have, and where the others are explained. */
function meaningLines(alert: Alert, commands: readonly CommandInfo[]): (string | null)[] {
  if (alert.kind !== 'failing') return [];
  const [outcome] = alert.outcomes;
  const line = outcome ? outcomeLine(outcome.name) : null;
  return line === null ? [] : [line, linkCommands('-# All outcomes: `/help topic: outcomes`', commands)];
}

const CSV_FIELDS = [
  ['number', 'address', 'provider', 'network', 'model'],
  ['outcome', 'detail', 'flapping', 'since', 'until', 'accounts'],
].flat();

/** The same as rows of a CSV file. */
export function detailRows(proxies: readonly AlertProxy[]): {
  fields: readonly string[];
  rows: (string | number | null)[][];
} {
  const rows = proxies.map((proxy) => [
    ...[proxy.id, formatAddress(proxy.host, proxy.port), proxy.provider, proxy.network, proxy.model],
    ...[proxy.outcome, proxy.detail, proxy.isFlapping ? 'yes' : 'no', proxy.since.toISOString()],
    ...[proxy.endedAt?.toISOString() ?? null, proxy.load],
  ]);
  return { fields: CSV_FIELDS, rows };
}
