import type { AlertProxy } from '../../../domain/incidents/incident.ts';
import { plural } from '../../../kit/text.ts';
import { shortAddress } from '../../short-address.ts';

/** `#12 198.51.100.7:8080 · timeout · 3 accounts`, as text: a table of this would not fit on a phone. */
export function alertProxyLine({ id, host, port, load }: AlertProxy, details: readonly string[]): string {
  return [`#${id} ${shortAddress(host, port)}`, ...details, load > 0 && plural(load, 'account')]
    .filter(Boolean)
    .join(' · ');
}
