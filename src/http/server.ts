import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { HttpConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import type { HandoutService } from '../services/handout/handout-service.ts';
import type { IdempotencyService } from '../services/idempotency-service.ts';
import type { Services } from '../services/services.ts';
import { authoriseCallers, identifyCallers } from './auth.ts';
import { documentRoutes } from './documentation.ts';
import { limitRates } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { HttpProblem, PROBLEM_TYPE, problemBody, sendProblem, toProblem } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { accountRoutes } from './routes/accounts.ts';
import { assignRoute } from './routes/assign.ts';
import { healthRoutes } from './routes/health.ts';
import { importRoutes } from './routes/imports.ts';
import { metricsRoute } from './routes/metrics.ts';
import { proxyListRoute } from './routes/proxies.ts';
import { proxyChangeRoutes } from './routes/proxy-changes.ts';
import type { Routes } from './routes/route.ts';
import { vpsRoute } from './routes/vps.ts';
import { secureAnswers } from './security-headers.ts';

export interface HttpDeps {
  config: Pick<HttpConfig, 'host' | 'port'>;
  services: Services;
  handouts: HandoutService;
  idempotency: IdempotencyService;
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
}

export interface HttpServer {
  /** Without a slash at its end. */
  url: string;
  /** Takes no more requests, and answers those that have begun. */
  stop(): Promise<void>;
}

const BODY_BYTES = 64 * 1024;
/** For a request to come in whole; how long a handler takes, the database bounds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than pollers leave between two requests, so that they keep their connections. */
const KEEP_ALIVE_MS = 75_000;
/** A username in an address, each of its characters as four bytes that are escaped. */
const PARAM_CHARS = 1_200;

/** Answers programs over HTTP from now on. @throws Error with one sentence where it cannot listen */
export async function startHttp({ config, log, ...deps }: HttpDeps): Promise<HttpServer> {
  const app = await buildServer({ ...deps, log });
  const { host, port } = config;
  try {
    const url = await app.listen({ host, port, listenTextResolver: (address) => `the API listens at ${address}` });
    return { url: url.replace(/\/$/, ''), stop: () => app.close() };
  } catch (error) {
    await app.close();
    throw explain(error, host, port);
  }
}

async function buildServer({
  log,
  services,
  handouts,
  idempotency,
  readiness,
  metrics,
}: Omit<HttpDeps, 'config'>): Promise<FastifyInstance> {
  const serializers = { req: ({ method }: { method: string }) => ({ method }), res: () => undefined };
  const loggerInstance: FastifyBaseLogger = log.child({}, { serializers });
  const app = fastify({
    loggerInstance,
    // A logger for each request costs more than most requests log.
    childLoggerFactory: (logger) => logger,
    // A line of our own below: the address may hold what was searched for.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAM_CHARS },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, toProblem(error, request)),
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(UNREADABLE);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => sendProblem(reply, toProblem(error, request)));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, NO_ROUTE));
  secureAnswers(app);
  identifyCallers(app, services.tokens);
  await limitRates(app);
  authoriseCallers(app);
  tellAnswers(app, metrics, log);
  await documentRoutes(app);
  await app.register(async (routes: Routes) => {
    healthRoutes(routes, readiness);
    metricsRoute(routes, metrics);
    accountRoutes(routes, handouts);
    proxyListRoute(routes, services.proxies);
    proxyChangeRoutes(routes, services);
    assignRoute(routes, { ...services, idempotency });
    vpsRoute(routes, services.vps);
  });
  await app.register((routes: Routes) => importRoutes(routes, { ...services, idempotency }));
  await app.ready();
  return app;
}

const NO_ROUTE = new HttpProblem(404, { code: 'no_route', detail: 'There is nothing at this address; /docs has all.' });

/** For what is no HTTP at all. */
const UNREADABLE = (() => {
  const body = problemBody({ status: 400, said: { code: 'bad_request', detail: 'The request cannot be read.' } });
  const head = ['HTTP/1.1 400 Bad Request', `Content-Type: ${PROBLEM_TYPE}`, `Content-Length: ${body.length}`];
  return `${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
})();

/** Counts each answer, and logs it: by the route as it is declared, never the address, which holds names. Looks are many, so they are for debugging. */
function tellAnswers(app: FastifyInstance, metrics: Metrics, log: Logger): void {
  app.addHook('onResponse', ({ method, routeOptions, caller }, { statusCode, elapsedTime }, done) => {
    done();
    metrics.request(method, routeOptions.url, statusCode, elapsedTime);
    const level = method === 'GET' && statusCode < 500 ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    const shown = { method, route: routeOptions.url, status: statusCode, ms: Math.round(elapsedTime) };
    log[level]({ ...shown, caller: caller?.actor.id }, 'answered');
  });
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(`Port ${port} of ${host} is taken: stop what listens there, or set HTTP_PORT to another one.`);
  }
  if (typeof code !== 'string') return error;
  return new Error(`The API cannot listen at port ${port} of ${host} (${code}): look at HTTP_HOST and HTTP_PORT.`);
}
