import { type AlertKind, isIncident } from '../../domain/incidents/incident.ts';

/** `Incident #4`, or `Alert #4` for an announcement. */
export function alertName({ id, kind }: { id: number; kind: AlertKind }): string {
  return `${isIncident(kind) ? 'Incident' : 'Alert'} #${id}`;
}
