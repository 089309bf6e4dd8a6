import { z } from 'zod';
import type { Readiness } from '../state/readiness.ts';
import { answer, OPEN, openRefusals, type Routes } from './route.ts';

const part = z.enum(['ok', 'away']);
const alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive' });
const ready = z.object({ status: z.enum(['ready', 'not ready']), database: part, discord: part }).meta({ id: 'Ready' });

const LOOKS_A_MINUTE = 1_200;

/** For whoever watches over the process. They need no token, and say nothing beside what they are asked. */
export function healthRoutes(app: Routes, readiness: Readiness): void {
  // Counted apart: whoever sends wrong tokens from the same address makes the process no less alive.
  const config = { access: 'public', rateLimit: { max: LOOKS_A_MINUTE } } as const;
  app.get(
    '/healthz',
    {
      config,
      schema: {
        operationId: 'isAlive',
        tags: ['operation'],
        summary: 'Whether the process works',
        description: 'It answers while the database or Discord is away, since a restart would help neither.',
        security: OPEN,
        response: { 200: answer('The process works', alive), ...openRefusals(429) },
      },
    },
    async () => ({ status: 'ok' as const }),
  );
  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'isReady',
        tags: ['operation'],
        summary: 'Whether the database and Discord can be reached',
        security: OPEN,
        response: { 200: answer('Both can', ready), 503: answer('Which of them cannot', ready), ...openRefusals(429) },
      },
    },
    async (_request, reply) => {
      const { database, discord } = await readiness.check();
      const isReady = database && discord;
      const said = {
        status: isReady ? ('ready' as const) : ('not ready' as const),
        database: database ? ('ok' as const) : ('away' as const),
        discord: discord ? ('ok' as const) : ('away' as const),
      };
      return reply.code(isReady ? 200 : 503).send(said);
    },
  );
}
