import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { readThreadEntry } from '../../db/queries/alerts/thread-entries.ts';
import { isDamped } from '../../domain/incidents/flapping.ts';
import type { MessageSource } from '../messages/message-source.ts';

const STORED = z.strictObject({ event: z.number() });

/** The message in the thread of an incident that shows an entry of its timeline. It notifies no one of what is muted or flapping. */
export function threadEntryMessage(db: Db): MessageSource {
  return async ({ id, data }) => {
    const found = await readThreadEntry(db, STORED.parse(data).event);
    if (!found) return undefined;
    const { alertId, providers, openings, isOpen, isOutgrown, isOn, mutedUntil, ...event } = found;
    return {
      message: { id, kind: 'thread_entry', content: { alertId, providers, event } },
      posting: isOn && !isOutgrown ? 'now' : 'never',
      isFinal: true,
      isSilent: mutedUntil !== null || isDamped({ openings, isOpen }),
    };
  };
}
