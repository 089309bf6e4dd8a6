import { NOTE_LIMIT } from '../../../domain/incidents/incident-event.ts';
import type { ThreadEntry } from '../../../domain/incidents/thread-entry.ts';
import { text } from '../../../kit/parts.ts';
import { plain, truncate } from '../../../kit/text.ts';
import type { View } from '../../../kit/view.ts';
import { timelineLine } from './incident-timeline.ts';

/** Maximum number of characters in the name of a thread. */
const LONGEST_NAME = 100;

/** An entry of a timeline as a message in the thread of its incident. */
export function threadEntry({ event }: ThreadEntry): View {
  return { components: [text(timelineLine(event, NOTE_LIMIT))] };
}

/** `Incident #12 · acme, bolt` */
export function threadName({ alertId, providers }: ThreadEntry): string {
  const named = providers.length > 0 && plain(providers.join(', '));
  return truncate([`Incident #${alertId}`, named].filter(Boolean).join(' · '), LONGEST_NAME);
}
