import type { IncidentEvent } from './incident-event.ts';

/** A message in the thread of an incident: one entry of its timeline. */
export interface ThreadEntry {
  alertId: number;
  event: IncidentEvent;
  /** Providers of its proxies, those with most of them first. */
  providers: readonly string[];
}
