import type { APIContainerComponent } from 'discord.js';
import type { ProviderWeek, Spread, WeeklyFigures } from '../../domain/incidents/weekly.ts';
import type { Picture } from '../../domain/picture.ts';
import { card, text } from '../../kit/parts.ts';
import { count, escapeText, formatCost, plural, truncate } from '../../kit/text.ts';
import { drawnChart } from '../charts/drawn-chart.ts';
import { duration } from './duration.ts';

const LONGEST_NAME = 40;
const MINUTE_MS = 60_000;

/** The weekly report. */
export function weeklyCard(figures: WeeklyFigures, at: Date, chart: Picture | null | undefined): APIContainerComponent {
  const {
    incidents,
    acknowledged,
    resolved,
    providers,
    moved,
    waited,
    freeSlots,
    missingSlots,
    monthlyCost,
    currency,
  } = figures;
  const { opened, open, escalated } = incidents;
  return card(
    open > 0 || missingSlots > 0 ? 'warn' : 'success',
    text(
      `### 🗓️ Week until ${at.toISOString().slice(0, 10)}: ${plural(opened, 'incident')}`,
      `**Incidents** ${count(open)} open · ${plural(escalated, 'escalation')}`,
      acknowledged && `**Acknowledged** ${spread(acknowledged)}`,
      resolved && `**Resolved** ${spread(resolved)}`,
      `**Accounts** ${count(moved)} moved off failing proxies · ${count(waited.served)} waited and got a proxy · ${count(waited.waiting)} waiting`,
      `**Slots** ${count(freeSlots)} free · ${count(missingSlots)} missing`,
      monthlyCost > 0 && `**Cost** ${formatCost(monthlyCost, currency)} per month`,
    ),
    providers.length > 0 && text('**Availability**', ...providers.map(providerLine)),
    chart !== undefined && drawnChart(chart),
  );
}

/** "4 · median 12 min · worst 2 h 5 min" */
const spread = ({ count: many, medianMs, worstMs }: Spread): string =>
  `${count(many)} · median ${duration(medianMs)} · worst ${duration(worstMs)}`;

/** "acme 99.2 % of 1,440 checks · failing 3 h 20 min" */
function providerLine({ name, checks, succeeded, failingMinutes }: ProviderWeek): string {
  const named = name === '' ? 'no provider' : escapeText(truncate(name, LONGEST_NAME));
  const share =
    checks === 0 ? 'no checks' : `${((100 * succeeded) / checks).toFixed(1)} % of ${plural(checks, 'check')}`;
  const failing = failingMinutes > 0 && `proxies failing for ${duration(failingMinutes * MINUTE_MS)}`;
  return [`- ${named} ${share}`, failing].filter(Boolean).join(' · ');
}
