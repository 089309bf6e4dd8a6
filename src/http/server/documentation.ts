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
    'The pool of proxies, for programs. The token of a VPS (`/vps token`) reads and reports the proxies of its own accounts; the operator’s (`API_TOKEN`) may do all. Errors are problem documents (RFC 9457) whose `code` is stable.',
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
};

const TAGS = [
  { name: 'accounts', description: 'What programs on a VPS live from' },
  { name: 'proxies', description: 'The pool, for the operator' },
  { name: 'vps', description: 'The machines that accounts run on' },
  { name: 'operation', description: 'For whoever watches over the process' },
];

/** The OpenAPI document, made of the routes’ own schemas, and its pages. Both hold nothing of the pool, so anybody may read them. */
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

/** Every schema is made as it is read and as it is written; of these most are used in one of the two ways. */
function withoutUnused<D extends object>(document: D): D {
  const text = JSON.stringify(document);
  const { components, ...rest } = document as D & { components?: { schemas?: Record<string, unknown> } };
  const all = Object.entries(components?.schemas ?? {});
  const used = all.filter(([name]) => text.includes(`"#/components/schemas/${name}"`));
  const kept = { ...rest, components: { ...components, schemas: Object.fromEntries(used) } } as D;
  // What only an unused one refers to is unused as well.
  return used.length < all.length ? withoutUnused(kept) : kept;
}
