import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { escapeText, formatActor, formatTime, plural, truncate } from '../../../kit/text.ts';

/** Maximum length of a note below an incident; its thread and the audit log have all of it. */
const NOTE_SHOWN = 120;

/** The last entries of a timeline: `14:05 moved 12 accounts · @Ada`, one line each. */
export function timelineLines(events: readonly IncidentEvent[]): string[] {
  return events.map((event) => `-# ${timelineLine(event, NOTE_SHOWN)}`);
}

/** An entry of a timeline. @param longestNote maximum length of a note */
export function timelineLine(event: IncidentEvent, longestNote: number): string {
  const who = event.actorId === 'system' ? '' : ` · ${formatActor(event.actorId)}`;
  return `${formatTime(event.at)} ${sentence(event, longestNote)}${who}`;
}

function sentence({ kind, count, to, note }: IncidentEvent, longestNote: number): string {
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
      return `📝 ${escapeText(truncate(note ?? '', longestNote))}`;
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
