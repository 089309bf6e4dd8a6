import {
  type AlertKind,
  type AlertProxy,
  type FailoverState,
  type IncidentAlert,
  isIncident,
  type Tally,
} from '../../../domain/incidents/incident.ts';
import { sumOf } from '../../../domain/sum.ts';
import {
  count,
  escapeText,
  formatActor,
  formatDate,
  formatRelativeTime,
  isolate,
  plural,
  truncate,
} from '../../../kit/text.ts';
import { duration } from '../duration.ts';
import { alertProxyLine } from './alert-proxy-line.ts';
import { adviceLine } from './incident-advice.ts';
import { timelineLines } from './incident-timeline.ts';

const NAMES_SHOWN = 3;
const LONGEST_NAME = 40;

/** "acme, bolt and 3 more"; empty if no name is known. */
export function names(all: readonly string[]): string {
  const known = all.filter((name) => name !== '').map((name) => escapeText(truncate(name, LONGEST_NAME)));
  const rest = known.length - NAMES_SHOWN;
  return known.slice(0, NAMES_SHOWN).join(', ') + (rest > 0 ? ` and ${count(rest)} more` : '');
}

const counted = (tallies: readonly Tally[], shown: number) => {
  const parts = tallies
    .slice(0, shown)
    .map((tally) => `${escapeText(truncate(tally.name, LONGEST_NAME))} ${count(tally.count)}`);
  return parts.join(' · ') + (tallies.length > shown ? ' · …' : '');
};

/** The title, which is also the text of a phone's notification. */
export function incidentTitle(alert: IncidentAlert): string {
  const { kind, open, total, closedAt, openedAt, providers, networks } = alert;
  const where = names(providers.map(({ name }) => name));
  const at = where === '' ? '' : ` · ${where}`;
  if (kind === 'expiry') return `### ⏳ ${plural(total, 'proxy expires', 'proxies expire')} soon${at}`;
  const proxies = (number: number) => plural(number, 'proxy', 'proxies');
  if (closedAt) {
    const lasted = duration(closedAt.getTime() - openedAt.getTime());
    const what = kind === 'exit_ip_conflict' ? 'shared an exit IP' : 'failed';
    return `### ✅ Resolved after ${lasted}${at} · ${proxies(total)} ${what}`;
  }
  if (kind === 'exit_ip_conflict') {
    const [first] = networks;
    const subject =
      networks.length === 1 && first
        ? `Exit IP ${isolate(`\`${first.name}\``)} is`
        : `${count(networks.length)} exit IPs are`;
    return `### 🟠 ${subject} shared by several models · ${proxies(open)}`;
  }
  return `### 🔴 ${proxies(open)} failing${at}`;
}

/** `🔕 muted until 5 May 2026 14:00 · @Otto` */
export function mutedLine({
  mutedUntil,
  maintainedUntil,
  mutedBy,
}: Pick<IncidentAlert, 'mutedUntil' | 'maintainedUntil' | 'mutedBy'>): string | null {
  if (maintainedUntil !== null) return `🛠️ in maintenance until ${formatDate(maintainedUntil)}`;
  if (mutedUntil === null) return null;
  return `🔕 muted until ${formatDate(mutedUntil)}${mutedBy === null ? '' : ` · ${formatActor(mutedBy)}`}`;
}

/** The lines below the title, the most important first. */
export function incidentLines(alert: IncidentAlert): (string | false | null)[] {
  const { kind, closedAt, models, sample, open, total, off, openedAt, failover } = alert;
  const accounts = sumOf(models, (model) => model.count);
  if (closedAt && kind !== 'expiry') {
    return [
      flappingLine(alert),
      summary(alert),
      ownerLine(alert),
      failover && failover.moved > 0 && `${plural(failover.moved, 'account')} moved by failover`,
      threadLine(alert),
      ...timelineLines(alert.events),
    ];
  }
  const recovered = total - open - off;
  const past = [recovered > 0 && `${count(recovered)} recovered`, off > 0 && `${count(off)} deactivated`].filter(
    (part) => part !== false,
  );
  const shown = sample.filter(({ endedAt }) => endedAt === null);
  return [
    accounts > 0 ? `**${plural(accounts, 'account')}** affected: ${counted(models, 6)}` : 'No accounts are affected.',
    ownerLine(alert),
    failover && failoverLine(failover, accounts),
    flappingLine(alert),
    adviceLine(alert),
    kind !== 'expiry' &&
      [summary(alert), ...past, `started ${formatRelativeTime(openedAt)}`].filter((part) => part !== '').join(' · '),
    ...shown.map((proxy) => alertProxyLine(proxy, detailsOf(kind, proxy))),
    open > shown.length && `-# and ${count(open - shown.length)} more: press Details`,
    mutedLine(alert),
    threadLine(alert),
    ...timelineLines(alert.events),
  ];
}

/** "Flapping: failed 5 times in 40 min" */
function flappingLine({ openings, openedAt, lastAt }: IncidentAlert): string | false {
  const span = duration(lastAt.getTime() - openedAt.getTime());
  return openings > 1 && `🔁 **Flapping**: failed ${count(openings)} times in ${span}`;
}

/** `👤 Acknowledged by @Ada · 2 minutes ago`; null for an announcement. */
export function ownerLine({ kind, ownership }: Pick<IncidentAlert, 'ownership'> & { kind: AlertKind }): string | null {
  if (!isIncident(kind)) return null;
  if (ownership === null) return '👤 **Not acknowledged**';
  return `👤 Acknowledged by ${formatActor(ownership.ownerId)} · ${formatRelativeTime(ownership.since)}`;
}

/** `🧵 <#1>`, or that the thread was deleted; null if Discord shows it below the message, or there is none. */
export function threadLine({ thread }: Pick<IncidentAlert, 'thread'>): string | null {
  if (thread === null) return null;
  return thread.kind === 'deleted' ? '🧵 Its thread was deleted; **Details** has the timeline.' : `🧵 <#${thread.id}>`;
}

/** "timeout 30 · refused 4 · 198.51.100.0/24 · 3 flapping" */
function summary({ kind, outcomes, networks, flapping }: IncidentAlert): string {
  if (kind !== 'failing') return '';
  const [network] = networks;
  const parts = [
    counted(outcomes, 4),
    networks.length === 1 && network?.name,
    flapping > 0 && `${count(flapping)} flapping`,
  ];
  return parts.filter(Boolean).join(' · ');
}

function failoverLine({ mode, moved, movable }: FailoverState, accounts: number): string | false {
  if (mode === 'off' || accounts + moved === 0) return false;
  if (mode === 'auto') {
    const left = movable === null ? 0 : accounts - movable;
    return [
      '🔁 failover',
      `${plural(moved, 'account')} moved`,
      movable !== null && movable > 0 && `${count(movable)} to go, at most a tenth of a provider’s accounts per hour`,
      left > 0 && `no proxy available for ${count(left)}`,
    ]
      .filter(Boolean)
      .join(' · ');
  }
  if (accounts === 0) return false;
  if (movable === null) return '↪️ Press **Reassign** to see which of them can move.';
  if (movable === 0) return '↪️ No other proxy has a free slot for them: import proxies.';
  return movable === accounts
    ? '↪️ All of them can move: press **Reassign**.'
    : `↪️ ${count(movable)} can move: press **Reassign**. No proxy available for ${count(accounts - movable)}.`;
}

/** The details of a proxy that matter in an alert of this kind. */
function detailsOf(kind: IncidentAlert['kind'], { outcome, network, model, expiresAt }: AlertProxy): string[] {
  switch (kind) {
    case 'failing':
      return [outcome];
    case 'exit_ip_conflict':
      return [`exit IP ${network ?? 'unknown'}`, escapeText(truncate(model ?? '', LONGEST_NAME))];
    case 'expiry':
      return expiresAt ? [formatDate(expiresAt)] : [];
  }
}
