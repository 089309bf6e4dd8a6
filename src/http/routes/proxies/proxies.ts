import { z } from 'zod';
import { proxyFilter } from '../../../domain/proxies/filters.ts';
import { PROXY_SORTS } from '../../../domain/proxies/proxy-view.ts';
import type { ProxyService } from '../../../services/proxies/proxy-service.ts';
import { readCursor, writeCursor } from '../../request/cursor.ts';
import { addEtag } from '../../request/etag.ts';
import { answer, BY_TOKEN, type Routes, refusals } from '../route.ts';
import { proxyShape, toProxyShape } from './proxy-shape.ts';

const DEFAULT_SIZE = 100;
const MAX_SIZE = 500;

const query = proxyFilter.extend({
  sort: z.enum(PROXY_SORTS).default('number'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .refine((size) => size >= 1 && size <= MAX_SIZE, `must be between 1 and ${MAX_SIZE}`)
    .optional()
    .describe(`Proxies per page, 1 to ${MAX_SIZE}; default: ${DEFAULT_SIZE}`),
  cursor: z.string().max(100).optional().describe('`next` of the previous page'),
});

const page = z
  .object({
    items: z.array(proxyShape),
    total: z.int().describe('Number of proxies that match'),
    next: z.string().nullable().describe('Cursor of the next page; null on the last page'),
  })
  .meta({ id: 'ProxyPage' });

/** Lists the pool. */
export function proxyListRoute(app: Routes, proxies: ProxyService): void {
  app.get(
    '/api/proxies',
    {
      onSend: addEtag,
      schema: {
        operationId: 'listProxies',
        tags: ['proxies'],
        summary: 'List proxies with usage and health',
        description:
          'Pages are stable: proxies added or removed in the meantime do not shift them. `If-None-Match` with the `ETag` returns 304.',
        security: BY_TOKEN,
        querystring: query,
        response: { 200: answer('A page', page), ...refusals(400) },
      },
    },
    async (request) => {
      const { limit: size = DEFAULT_SIZE, cursor, ...asked } = request.query;
      const after = cursor === undefined ? undefined : readCursor(asked, cursor);
      // One extra row tells whether there is a next page.
      const { rows, total, limit } = await proxies.browse(asked, size + 1, after);
      const shown = rows.slice(0, size);
      const last = shown.at(-1);
      return {
        items: shown.map((row) => toProxyShape(row, limit)),
        total,
        next: rows.length > size && last ? writeCursor(asked, last.id) : null,
      };
    },
  );
}
