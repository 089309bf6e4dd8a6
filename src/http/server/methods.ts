import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpProblem } from './problem.ts';

/**
 * Records the paths and methods of routes that are added from now on.
 *
 * @returns a function that answers all other methods of these paths with 405 and `Allow` (RFC 9110, 15.5.6)
 */
export function watchMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set<string>();
    for (const each of [method].flat()) methods.add(each);
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) refuseOthers(app, url, [...methods]);
  };
}

function refuseOthers(app: FastifyInstance, url: string, methods: readonly string[]): void {
  const allow = methods.toSorted().join(', ');
  const detail = `This path supports ${allow} only.`;
  const refused = new HttpProblem(405, { code: 'method_not_allowed', detail }, { allow });
  app.route({
    url,
    method: (app.supportedMethods as HTTPMethods[]).filter((each) => !methods.includes(each)),
    config: { access: 'public' },
    schema: { hide: true },
    // Refused before the body is read, which may have any type.
    onRequest: (_request, _reply, done) => done(refused),
    handler: () => undefined,
  });
}
