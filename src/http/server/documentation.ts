import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { UPLOAD_BODY } from '../request/upload.ts';
import { DOCS_POLICY } from './security-headers.ts';

const PREFIX = '/docs';

const INFO = {
  title: 'Proxy Ops',
  version: '1',
  description:
    'API of the proxy pool. A VPS token (`/vps token`) can read and report the proxies of its own accounts; the operator token (`API_TOKEN`) can do everything. Errors are problem details (RFC 9457) with a stable `code`.',
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
};

const TAGS = [
  { name: 'accounts', description: 'For programs on a VPS' },
  { name: 'proxies', description: 'The proxy pool, for the operator' },
  { name: 'vps', description: 'The servers that accounts run on' },
  { name: 'sources', description: 'Providers that proxies are synchronized from' },
  { name: 'alerts', description: 'Incidents and announcements, for programs on call' },
  { name: 'operation', description: 'Monitoring of the process' },
];

/** The OpenAPI document, generated from the schemas of the routes, and its pages. They contain no data, so they are public. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith(PREFIX)) route.config = { ...route.config, access: 'public', isPage: true };
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      servers: [{ url: '/', description: 'This server' }],
      tags: TAGS,
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: (route) => {
      const made = jsonSchemaTransform(route);
      return route.route.config?.upload ? { ...made, schema: { ...made.schema, body: UPLOAD_BODY } } : made;
    },
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
  await app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: DOCS_POLICY } });
    await pages.register(swaggerUi, { routePrefix: PREFIX, uiConfig: { docExpansion: 'list', deepLinking: true } });
  });
}

/** Drops unused schemas: each is generated for input and for output, and most are used for one of them only. */
function withoutUnused<D extends object>(document: D): D {
  const text = JSON.stringify(document);
  const { components, ...rest } = document as D & { components?: { schemas?: Record<string, unknown> } };
  const all = Object.entries(components?.schemas ?? {});
  const used = all.filter(([name]) => text.includes(`"#/components/schemas/${name}"`));
  const kept = { ...rest, components: { ...components, schemas: Object.fromEntries(used) } } as D;
  // Schemas that only an unused one refers to are unused as well.
  return used.length < all.length ? withoutUnused(kept) : kept;
}
