import { z } from 'zod';
import type { Metrics } from '../state/metrics.ts';
import { BY_TOKEN, OPEN, type Routes, refusals } from './route.ts';

/** Metrics for Prometheus. Programs on this machine need no token, others need the operator's. */
export function metricsRoute(app: Routes, metrics: Metrics): void {
  app.get(
    '/metrics',
    {
      config: { access: 'local' },
      schema: {
        operationId: 'readMetrics',
        tags: ['operation'],
        summary: 'Metrics for Prometheus',
        description:
          'Available to programs on this machine (not through a proxy) without a token, to others with the operator token.',
        security: [...BY_TOKEN, ...OPEN, {}],
        response: {
          200: { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } },
          ...refusals(),
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
