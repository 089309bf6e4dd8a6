import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import { CHECK_OUTCOMES } from '../../domain/health/outcome.ts';
import { PROXY_HEALTHS, PROXY_TYPES } from '../../domain/proxies/proxy.ts';
import type { HandoutService } from '../../services/handout/handout-service.ts';
import { callerOf } from '../request/auth.ts';
import { line, moment } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

const params = z.object({
  id: line(ACCOUNT_LIMITS.username)
    .min(1)
    .describe('The number or the username of an account; `#` before it: the number'),
});
const which = z.strictObject({
  by: z.enum(['id', 'username']).optional().describe('Where a username could be a number too'),
});

const handout = z
  .object({
    account: z.string().describe('The username'),
    model: z.string(),
    proxy: z.object({
      id: z.int().describe('The number that people see: #1042'),
      type: z.enum(PROXY_TYPES),
      host: z.string(),
      port: z.int(),
      username: z.string().nullable(),
      password: z.string().nullable(),
      url: z.string().describe('All of it in one: `type://username:password@host:port`'),
    }),
    assignedAt: moment,
    version: z.string().describe('Another one as soon as anything of this is another'),
  })
  .meta({ id: 'Handout' });

const report = z
  .strictObject({
    outcome: z.enum(CHECK_OUTCOMES),
    detail: z.string().max(2_000).default('').describe('What went wrong; its first 200 characters are shown'),
    at: moment.optional().describe('When it happened, at most 15 minutes ago; left out: now'),
    proxy: z.int().min(1).max(999_999_999).optional().describe('The number of the proxy that was used'),
  })
  .meta({ id: 'Report' });

const reported = z
  .object({
    proxy: z.int().describe('The number of the proxy that it was counted for'),
    health: z.enum(PROXY_HEALTHS).nullable().describe('Its health, where the report has changed it'),
  })
  .meta({ id: 'Reported' });

/** What programs on a VPS live from. */
export function accountRoutes(app: Routes, handouts: HandoutService): void {
  app.get(
    '/api/accounts/:id/proxy',
    {
      config: { access: 'any' },
      // Asked for all day: what is sent is made here, and not checked against its own schema again.
      serializerCompiler: () => JSON.stringify,
      schema: {
        operationId: 'getAccountProxy',
        tags: ['accounts'],
        summary: 'The proxy of an account',
        description:
          'With its credentials. There is never an answer without a proxy: 404 says why there is none (`account_waiting`, `account_held`, `account_unknown`, `account_of_another`), and the program must not go out without one.',
        security: BY_TOKEN,
        params,
        querystring: which,
        response: { 200: answer('The proxy, with credentials', handout), ...refusals(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const found = await handouts.find(callerOf(request), { named: request.params.id, by: request.query.by });
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
        summary: 'How the proxy of an account behaves',
        description:
          'Counts as a check of the proxy, with its source; the same failure from several programs counts once.',
        security: BY_TOKEN,
        params,
        querystring: which,
        body: report,
        response: { 200: answer('It was counted', reported), ...refusals(400, 404, 409, 413, 415) },
      },
    },
    async (request) => {
      const { outcome, detail, at, proxy } = request.body;
      const name = { named: request.params.id, by: request.query.by };
      const { proxyId, health } = await handouts.report(callerOf(request), name, {
        outcome,
        detail,
        at: at === undefined ? undefined : new Date(at),
        proxyId: proxy,
      });
      return { proxy: proxyId, health };
    },
  );
}
