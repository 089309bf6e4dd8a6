import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Notes the addresses of routes that are added from now on. @returns answers their other methods with 405 and with those they have (RFC 9110, 15.5.6) */
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
  const detail = `This address takes ${allow}.`;
  const refused = new HttpProblem(405, { code: 'method_not_allowed', detail }, { allow });
  app.route({
    url,
    method: (app.supportedMethods as HTTPMethods[]).filter((each) => !methods.includes(each)),
    config: { access: 'public' },
    schema: { hide: true },
    // Before the body is looked at, which may be of any type.
    onRequest: (_request, _reply, done) => done(refused),
    handler: () => undefined,
  });
}
