import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { escapeText, formatActor, formatTime, plural, truncate } from '../../../kit/text.ts';

/** Maximum length of a note; the audit log has all of it. */
const NOTE_SHOWN = 120;

/** The last entries of a timeline: `14:05 moved 12 accounts · @Ada`, one line each. */
export function timelineLines(events: readonly IncidentEvent[]): string[] {
  return events.map((event) => {
    const who = event.actorId === 'system' ? '' : ` · ${formatActor(event.actorId)}`;
    return `-# ${formatTime(event.at)} ${sentence(event)}${who}`;
  });
}

function sentence({ kind, count, to, note }: IncidentEvent): string {
  switch (kind) {
    case 'opened':
      return 'opened';
    case 'grew':
      return `grew to ${plural(count ?? 0, 'proxy', 'proxies')}`;
    case 'acknowledged':
      return 'acknowledged';
    case 'handed_over':
      return `handed over to ${formatActor(to ?? '')}`;
    case 'note':
      return `📝 ${escapeText(truncate(note ?? '', NOTE_SHOWN))}`;
    case 'moved':
      return `moved ${plural(count ?? 0, 'account')}`;
    case 'deactivated':
      return `deactivated ${plural(count ?? 0, 'proxy', 'proxies')}`;
    case 'muted':
      return 'muted';
    case 'unmuted':
      return 'unmuted';
    case 'escalated':
      return 'escalated';
    case 'resolved':
      return 'resolved';
  }
}
