import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import { CHECK_OUTCOMES } from '../../domain/health/outcome.ts';
import { PROXY_HEALTHS, PROXY_TYPES } from '../../domain/proxies/proxy.ts';
import type { CredentialsService } from '../../services/credentials/credentials-service.ts';
import { callerOf } from '../request/auth.ts';
import { line, moment, rowNumber } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

const params = z.object({
  id: line(ACCOUNT_LIMITS.username).min(1).describe('Number or username of an account; `#` marks a number'),
});
const which = z.strictObject({
  by: z.enum(['id', 'username']).optional().describe('How to read an id that could be a number or a username'),
});

const accountProxy = z
  .object({
    account: z.string().describe('Username of the account'),
    model: z.string(),
    proxy: z.object({
      id: z.int().describe('Number of the proxy, shown as #1042'),
      type: z.enum(PROXY_TYPES),
      host: z.string(),
      port: z.int(),
      username: z.string().nullable(),
      password: z.string().nullable(),
      url: z.string().describe('`type://username:password@host:port`'),
    }),
    assignedAt: moment,
    version: z.string().describe('Changes whenever any other field changes'),
  })
  .meta({ id: 'AccountProxy' });

/** Programs that were written before the outcome was renamed keep working. */
const FORMER_CAPTIVE_PORTAL = 'captive';

const report = z
  .strictObject({
    outcome: z
      .enum([...CHECK_OUTCOMES, FORMER_CAPTIVE_PORTAL])
      .describe('What happened; `captive` is the former name of `captive_portal`'),
    detail: z
      .string()
      .max(2_000)
      .default('')
      .describe('Description of the problem; the first 200 characters are shown'),
    at: moment.optional().describe('Time of the event, at most 15 minutes ago; default: now'),
    proxy: rowNumber.optional().describe('Number of the proxy that was used'),
  })
  .meta({ id: 'Report' });

const reported = z
  .object({
    proxy: z.int().describe('Number of the proxy that the report was counted for'),
    health: z.enum(PROXY_HEALTHS).nullable().describe('New health if the report changed it, otherwise null'),
  })
  .meta({ id: 'Reported' });

/** Routes for programs on a VPS. */
export function accountRoutes(app: Routes, credentials: CredentialsService): void {
  app.get(
    '/api/accounts/:id/proxy',
    {
      config: { access: 'any' },
      // This route is polled all day, so its response is not validated again.
      serializerCompiler: () => JSON.stringify,
      schema: {
        operationId: 'getAccountProxy',
        tags: ['accounts'],
        summary: 'Get the proxy of an account',
        description:
          'Returns the proxy with its credentials. If there is none, the response is 404 with the reason (`account_waiting`, `account_held`, `account_unknown`, `account_of_another`), and the program must not connect directly.',
        security: BY_TOKEN,
        params,
        querystring: which,
        response: { 200: answer('The proxy, with credentials', accountProxy), ...refusals(400, 404, 409, 414) },
      },
    },
    async (request, reply) => {
      const found = await credentials.find(callerOf(request), { named: request.params.id, by: request.query.by });
      reply.header('cache-control', 'no-store');
      return { ...found, assignedAt: found.assignedAt.toISOString() };
    },
  );

  app.post(
    '/api/accounts/:id/proxy/report',
    {
      config: { access: 'any' },
      schema: {
        operationId: 'reportAccountProxy',
        tags: ['accounts'],
        summary: 'Report how the proxy of an account works',
        description:
          'A report counts as a check of the proxy. The same failure reported by several programs counts once, and an equal report of the same token within 30 s is stored once.',
        security: BY_TOKEN,
        params,
        querystring: which,
        body: report,
        response: { 200: answer('The report was counted', reported), ...refusals(400, 404, 409, 413, 414, 415) },
      },
    },
    async (request) => {
      const { outcome, detail, at, proxy } = request.body;
      const name = { named: request.params.id, by: request.query.by };
      const { proxyId, health } = await credentials.report(callerOf(request), name, {
        outcome: outcome === FORMER_CAPTIVE_PORTAL ? 'captive_portal' : outcome,
        detail,
        at: at === undefined ? undefined : new Date(at),
        proxyId: proxy,
      });
      return { proxy: proxyId, health };
    },
  );
}
