import type { AlertKind } from '../../domain/incidents/incident.ts';

/** `Incident #4`, or `Alert #4` for an announcement. */
export function alertName({ id, kind }: { id: number; kind: AlertKind }): string {
  const isIncident = kind === 'failing' || kind === 'exit_ip_conflict' || kind === 'monitor';
  return `${isIncident ? 'Incident' : 'Alert'} #${id}`;
}
