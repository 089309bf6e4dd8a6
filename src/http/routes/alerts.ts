import { z } from 'zod';
import { ALERT_KINDS, type AlertSummary } from '../../domain/incidents/incident.ts';
import type { AlertService } from '../../services/alerts/alert-service.ts';
import type { IncidentDesk } from '../../services/alerts/incident-desk.ts';
import { callerOf } from '../request/auth.ts';
import { addEtag } from '../request/etag.ts';
import { moment, rowId } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

/** More open alerts than people can read. */
const MAX_ALERTS = 500;

const alert = z
  .object({
    id: z.int().describe('Number of the alert, shown as #4'),
    kind: z.enum(ALERT_KINDS),
    openedAt: moment,
    providers: z.array(z.string()),
    outcomes: z.array(z.string()).describe('Outcomes of checks of its proxies'),
    proxies: z.object({ open: z.int().describe('Proxies that it still concerns'), total: z.int() }),
    accounts: z.int().describe('Accounts on the proxies that it still concerns'),
    acknowledgedBy: z.string().nullable().describe('`discord:<user id>` or `token:<name>`; null: not acknowledged'),
    acknowledgedAt: moment.nullable(),
    mutedUntil: moment.nullable(),
  })
  .meta({ id: 'Alert' });

const params = z.object({ id: rowId.describe('Number of the alert, without #') });

/** Open alerts, and their acknowledgement by a program on call. */
export function alertRoutes(app: Routes, { alerts, desk }: { alerts: AlertService; desk: IncidentDesk }): void {
  app.get(
    '/api/alerts',
    {
      onSend: addEtag,
      schema: {
        operationId: 'listAlerts',
        tags: ['alerts'],
        summary: 'List open alerts',
        description: `Open alerts and those that could not be delivered, the newest first, at most ${MAX_ALERTS}. \`If-None-Match\` with the \`ETag\` returns 304.`,
        security: BY_TOKEN,
        response: { 200: answer('The alerts', z.object({ items: z.array(alert) })), ...refusals() },
      },
    },
    async () => ({ items: (await alerts.open(MAX_ALERTS)).map(toAlert) }),
  );

  app.post(
    '/api/alerts/:id/acknowledge',
    {
      schema: {
        operationId: 'acknowledgeAlert',
        tags: ['alerts'],
        summary: 'Acknowledge an incident',
        description: 'Puts the name of the token on the incident. Repeating it does nothing.',
        security: BY_TOKEN,
        params,
        response: {
          200: answer('It is acknowledged', z.object({ acknowledgedBy: z.string() })),
          ...refusals(400, 404, 409),
        },
      },
    },
    async (request) => {
      const { actor } = callerOf(request);
      await desk.acknowledge(actor, Number(request.params.id));
      return { acknowledgedBy: actor.id };
    },
  );
}

const toAlert = (summary: AlertSummary): z.output<typeof alert> => ({
  id: summary.id,
  kind: summary.kind,
  openedAt: summary.openedAt.toISOString(),
  providers: [...summary.providers],
  outcomes: [...summary.outcomes],
  proxies: { open: summary.open, total: summary.total },
  accounts: summary.accounts,
  acknowledgedBy: summary.ownerId,
  acknowledgedAt: summary.ownedSince?.toISOString() ?? null,
  mutedUntil: summary.mutedUntil?.toISOString() ?? null,
});
