import { z } from 'zod';
import type { Readiness } from '../state/readiness.ts';
import { answer, OPEN, openRefusals, type Routes } from './route.ts';

const part = z.enum(['ok', 'away']);
const alive = z.object({ status: z.enum(['ok', 'lost']) }).meta({ id: 'Alive' });
const ready = z
  .object({
    status: z.enum(['ready', 'not ready']),
    database: part,
    discord: part,
    setup: z.array(z.string()).describe('Settings that do not fit the Discord server, each with its remedy'),
  })
  .meta({ id: 'Ready' });

const REQUESTS_PER_MINUTE = 1_200;

/** Liveness and readiness. They need no token and expose nothing else. */
export function healthRoutes(app: Routes, readiness: Readiness): void {
  // Limited separately, so that invalid tokens from the same address do not affect them.
  const config = { access: 'public', rateLimit: { max: REQUESTS_PER_MINUTE } } as const;
  app.get(
    '/healthz',
    {
      config,
      schema: {
        operationId: 'isAlive',
        tags: ['operation'],
        summary: 'Liveness',
        description:
          'Succeeds while the process works, even if the database or Discord is unavailable, since a restart would not help. Fails when Discord no longer accepts the bot: the process then ends.',
        security: OPEN,
        response: {
          200: answer('The process works', alive),
          503: answer('Discord no longer accepts the bot, and the process is ending', alive),
          ...openRefusals(429),
        },
      },
    },
    async (_request, reply) => {
      if (!readiness.isAlive) return reply.code(503).send({ status: 'lost' as const });
      return { status: 'ok' as const };
    },
  );
  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'isReady',
        tags: ['operation'],
        summary: 'Readiness: whether the database and Discord are reachable, and Discord accepts the bot',
        security: OPEN,
        response: {
          200: answer('Both are reachable', ready),
          503: answer('At least one is unreachable', ready),
          ...openRefusals(429),
        },
      },
    },
    async (_request, reply) => {
      const { database, discord, setup } = await readiness.check();
      const isReady = database && discord;
      const status = {
        status: isReady ? ('ready' as const) : ('not ready' as const),
        database: database ? ('ok' as const) : ('away' as const),
        discord: discord ? ('ok' as const) : ('away' as const),
        setup,
      };
      return reply.code(isReady ? 200 : 503).send(status);
    },
  );
}
