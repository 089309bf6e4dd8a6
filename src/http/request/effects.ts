import type { FastifyInstance } from 'fastify';
import { Effects } from '../../base/effects.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The changes that the request may have made so far; null before any hook has run. */
    effects: Effects | null;
  }
}

/** Follows what each request changes, so that an error says only what is certain. */
export function trackRequests(app: FastifyInstance): void {
  app.decorateRequest('effects', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.effects = new Effects();
    request.effects.track(done);
  });
}
