import { z } from 'zod';
import { proxyFilter } from '../../../domain/proxies/filters.ts';
import { PROXY_SORTS } from '../../../domain/proxies/proxy-view.ts';
import type { ProxyService } from '../../../services/proxies/proxy-service.ts';
import { readCursor, writeCursor } from '../../request/cursor.ts';
import { tagAnswer } from '../../request/etag.ts';
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
    .refine((size) => size >= 1 && size <= MAX_SIZE, `is not 1 to ${MAX_SIZE}`)
    .optional()
    .describe(`Proxies on a page, 1 to ${MAX_SIZE}; left out: ${DEFAULT_SIZE}`),
  cursor: z.string().max(100).optional().describe('`next` of the page before'),
});

const page = z
  .object({
    items: z.array(proxyShape),
    total: z.int().describe('How many the filter finds'),
    next: z.string().nullable().describe('The cursor of the next page; null: this is the last'),
  })
  .meta({ id: 'ProxyPage' });

/** The pool, page by page. */
export function proxyListRoute(app: Routes, proxies: ProxyService): void {
  app.get(
    '/api/proxies',
    {
      onSend: tagAnswer,
      schema: {
        operationId: 'listProxies',
        tags: ['proxies'],
        summary: 'Proxies, with usage and health',
        description:
          'Page by page: a proxy that comes or goes meanwhile shifts no page. `If-None-Match` with the `ETag` gets 304.',
        security: BY_TOKEN,
        querystring: query,
        response: { 200: answer('A page', page), ...refusals(400) },
      },
    },
    async (request) => {
      const { limit: size = DEFAULT_SIZE, cursor, ...asked } = request.query;
      const after = cursor === undefined ? undefined : readCursor(asked, cursor);
      // One more than is shown says whether there is a next page.
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
