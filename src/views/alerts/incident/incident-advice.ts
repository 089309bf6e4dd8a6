import type { IncidentAlert } from '../../../domain/incidents/incident.ts';
import { escapeText, truncate } from '../../../kit/text.ts';

const LONGEST_NAME = 40;

/** The advice for the outcome that most proxies of an incident have. */
const ADVICE: Readonly<Record<string, (provider: string) => string>> = {
  auth: (provider) => `Check the credentials with ${provider}, then press **Retest**.`,
  billing: (provider) => `Top up the plan with ${provider}, then press **Retest**.`,
  dns: (provider) => `The host names no longer exist: compare them with the list of ${provider}.`,
  tls: () => 'The certificate cannot be verified: check the type of the proxies.',
  protocol: () => 'The answer is not that of a proxy: check type and port of the proxies.',
  proxy_error: (provider) => `The proxies do not reach the target: ask ${provider}.`,
  captive_portal: (provider) => `A page of ${provider} answers instead of the target: log in and read it.`,
};

const UNREACHABLE: readonly string[] = ['timeout', 'refused', 'unreachable', 'reset'];

/** `🧭 Check the credentials with Acme, then press **Retest**. **Details** says more.`; null if the incident is over or its outcome says nothing. */
export function adviceLine({ kind, closedAt, outcomes, providers, networks }: IncidentAlert): string | null {
  const [outcome] = outcomes;
  if (closedAt || !outcome) return null;
  if (kind === 'exit_ip_conflict') return '🧭 Press **Reassign** so that no exit IP serves two models.';
  if (kind !== 'failing') return null;
  const [provider] = providers;
  const named =
    providers.length === 1 && provider?.name ? escapeText(truncate(provider.name, LONGEST_NAME)) : 'the provider';
  const advice = UNREACHABLE.includes(outcome.name) ? unreachable(named, networks) : ADVICE[outcome.name]?.(named);
  return advice ? `🧭 ${advice} **Details** says more.` : null;
}

function unreachable(provider: string, networks: IncidentAlert['networks']): string {
  const [network] = networks;
  const where = networks.length === 1 && network?.name ? `the network ${network.name}` : 'an outage';
  return `Ask ${provider} about ${where}. If it lasts, press **Reassign**.`;
}
