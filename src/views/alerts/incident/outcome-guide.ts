import type { CheckOutcome } from '../../../domain/health/outcome.ts';

/** The outcomes of failed checks. */
export type FailedOutcome = Exclude<CheckOutcome, 'ok'>;

/** The meaning of an outcome, and what to do about it. `docs/incidents.md` says the same, and more. */
export const OUTCOME_GUIDE: Readonly<Record<FailedOutcome, { meaning: string; remedy: string }>> = {
  timeout: {
    meaning: 'The proxy did not answer in time.',
    remedy: 'Ask the provider about an outage. If it lasts, reassign the accounts.',
  },
  refused: {
    meaning: 'Nothing listens on the port of the proxy.',
    remedy: 'Compare host and port with the list of the provider, then ask about an outage.',
  },
  unreachable: {
    meaning: 'No route leads to the address of the proxy.',
    remedy: 'Check the network of the machine that checks, then ask the provider about its network.',
  },
  dns: {
    meaning: 'The host name of the proxy does not exist.',
    remedy: 'Compare it with the list of the provider and import the current list.',
  },
  reset: {
    meaning: 'The proxy closed the connection in the middle.',
    remedy: 'Ask the provider about an outage or a limit of connections.',
  },
  auth: {
    meaning: 'The proxy refused the username and password, or the address from which the check came.',
    remedy: 'Check the credentials and the allowed addresses with the provider, update the proxies, then press Retest.',
  },
  billing: {
    meaning: 'The provider says that the plan is unpaid or its traffic is used up.',
    remedy: 'Top up the plan, then press Retest.',
  },
  proxy_error: {
    meaning: 'The proxy accepted the request, but did not reach the target.',
    remedy: 'Ask the provider: its exit is broken or blocks the target.',
  },
  protocol: {
    meaning: 'The answer is not that of a proxy of this type.',
    remedy: 'Check the type and the port of the proxies.',
  },
  tls: {
    meaning: 'No encrypted connection through the proxy could be verified.',
    remedy: 'Check the type of the proxies. If the type is right, the proxy replaces certificates: stop using it.',
  },
  target_blocked: {
    meaning: 'The proxy works, but the target refused its exit IP. It does not count as a failure.',
    remedy: 'Reassign the accounts if the target matters to them.',
  },
  captive_portal: {
    meaning: 'A page of the provider answered instead of the target.',
    remedy: 'Log in with the provider and read what it wants: a payment, a confirmation or an allowed address.',
  },
  inconclusive: {
    meaning: 'The target or the network of the machine that checks was at fault. It does not count as a failure.',
    remedy: 'Check CHECK_URLS and the network of that machine.',
  },
};

/** `**auth**: The proxy refused … Check the credentials …`; null for an outcome that is not known. */
export function outcomeLine(outcome: string): string | null {
  if (!isFailedOutcome(outcome)) return null;
  const { meaning, remedy } = OUTCOME_GUIDE[outcome];
  return `**${outcome.replaceAll('_', '\\_')}**: ${meaning} ${remedy}`;
}

const isFailedOutcome = (outcome: string): outcome is FailedOutcome => Object.hasOwn(OUTCOME_GUIDE, outcome);

/** Every outcome, one line each. */
export const outcomeLines = (): string[] => Object.keys(OUTCOME_GUIDE).flatMap((outcome) => outcomeLine(outcome) ?? []);
