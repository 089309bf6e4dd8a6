import { z } from 'zod';
import type { Metrics } from '../state/metrics.ts';
import { BY_TOKEN, OPEN, type Routes, refusals } from './route.ts';

/** For Prometheus: programs on this machine need no token, others the operator's. */
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
          'To programs on this machine (not through a relay) without a token, to others with the operator’s.',
        security: [...BY_TOKEN, ...OPEN, {}],
        response: {
          200: { description: 'The text format of Prometheus', content: { 'text/plain': { schema: z.string() } } },
          ...refusals(),
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
