import type { APIContainerComponent } from 'discord.js';
import type { DigestFigures } from '../../domain/incidents/incident.ts';
import type { Picture } from '../../domain/picture.ts';
import { sum } from '../../domain/sum.ts';
import { HEALTH_GLYPH } from '../../kit/glyphs.ts';
import { card, text } from '../../kit/parts.ts';
import { count, plural } from '../../kit/text.ts';
import { drawnChart } from '../charts/drawn-chart.ts';

/** The daily digest. */
export function digestCard(figures: DigestFigures, at: Date, chart: Picture | null | undefined): APIContainerComponent {
  const { health, accounts, freeSlots, incidents, expiring, expiryDays } = figures;
  const states = (['healthy', 'degraded', 'failing', 'unknown'] as const).flatMap((state) =>
    health[state] > 0 ? [`${HEALTH_GLYPH[state]} ${count(health[state])} ${state}`] : [],
  );
  const proxies = sum(Object.values(health));
  const isShort = accounts.waiting > 0 || health.failing > 0;
  return card(
    isShort ? 'warn' : 'success',
    text(
      `### 📋 ${at.toISOString().slice(0, 10)}: ${plural(proxies, 'active proxy', 'active proxies')}`,
      states.join(' · ') || 'No proxies yet.',
      `**Accounts** ${count(accounts.assigned)} assigned · ${count(accounts.waiting)} waiting · ${count(accounts.held)} on hold · ${plural(freeSlots, 'free slot')}`,
      `**Incidents** ${count(incidents.opened)} in 24 h · ${count(incidents.open)} open`,
      expiring > 0 && `**Expiring** ${plural(expiring, 'proxy', 'proxies')} within ${plural(expiryDays, 'day')}`,
    ),
    chart !== undefined && drawnChart(chart),
  );
}
