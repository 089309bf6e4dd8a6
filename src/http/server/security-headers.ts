import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page for people, or a part of one. */
    isPage?: boolean;
  }
}

/** What pages at `/docs` need, and nothing beside it. */
export const DOCS_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** For answers that are no pages: nothing of them is run, framed, guessed at, or read by another site. */
const HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Puts them on every answer but on the pages, which have others (see `documentation.ts`). They are the same always, so they are not
 * worked out anew each time.
 */
export function secureAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.routeOptions.config.isPage) reply.headers(HEADERS);
    done();
  });
}
