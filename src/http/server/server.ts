import { type ServerResponse, STATUS_CODES } from 'node:http';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { HttpConfig } from '../../base/config.ts';
import type { Logger } from '../../base/logger.ts';
import type { CredentialsService } from '../../services/credentials/credentials-service.ts';
import type { IdempotencyService } from '../../services/idempotency-service.ts';
import type { Services } from '../../services/services.ts';
import { authoriseCallers, identifyCallers } from '../request/auth.ts';
import { trackRequests } from '../request/effects.ts';
import { accountRoutes } from '../routes/accounts.ts';
import { alertRoutes } from '../routes/alerts.ts';
import { assignRoute } from '../routes/assign.ts';
import { healthRoutes } from '../routes/health.ts';
import { importRoutes } from '../routes/imports/imports.ts';
import { metricsRoute } from '../routes/metrics.ts';
import { proxyListRoute } from '../routes/proxies/proxies.ts';
import { proxyChangeRoutes } from '../routes/proxies/proxy-changes.ts';
import type { Routes } from '../routes/route.ts';
import { sourceRoutes } from '../routes/sources.ts';
import { vpsRoute } from '../routes/vps.ts';
import type { Metrics } from '../state/metrics.ts';
import type { Readiness } from '../state/readiness.ts';
import { documentRoutes } from './documentation.ts';
import { drain } from './drain.ts';
import type { HttpCode } from './error-status.ts';
import { limitRates } from './limits.ts';
import { watchMethods } from './methods.ts';
import { HttpProblem, PROBLEM_TYPE, problemBody, sendProblem, toProblem } from './problem.ts';
import { secureResponses } from './security-headers.ts';

export interface HttpDeps {
  config: Pick<HttpConfig, 'host' | 'port'>;
  services: Services;
  credentials: CredentialsService;
  idempotency: IdempotencyService;
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
}

export interface HttpServer {
  /** Without a trailing slash. */
  url: string;
  /** Stops accepting requests and finishes those in progress. */
  stop(): Promise<void>;
}

const TOO_LARGE = 413;
const BODY_BYTES = 64 * 1024;
/** Time for a request to arrive completely; the time of a handler is bounded by the database. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the interval of pollers, so that they keep their connections. */
const KEEP_ALIVE_MS = 75_000;
/** A username in a path, with four escaped bytes per character. */
const PARAM_CHARS = 1_200;

/** Starts the HTTP API. @throws Error with one sentence if it cannot listen */
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
  credentials,
  idempotency,
  readiness,
  metrics,
}: Omit<HttpDeps, 'config'>): Promise<FastifyInstance> {
  const serializers = { req: ({ method }: { method: string }) => ({ method }), res: () => undefined };
  const loggerInstance: FastifyBaseLogger = log.child({}, { serializers });
  const app = fastify({
    loggerInstance,
    // A logger per request costs more than most requests log.
    childLoggerFactory: (logger) => logger,
    // Requests are logged below, without the URL, which may contain names.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAM_CHARS },
    frameworkErrors: (error, request, reply) => void sendProblem(reply, toProblem(error, request)),
    clientErrorHandler: ({ code }, socket) => {
      if (socket.writable) socket.end(UNREADABLE[code] ?? NOT_HTTP);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status === TOO_LARGE) {
      reply.header('connection', 'close');
      await drain(request.raw);
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, NO_ROUTE));
  secureResponses(app);
  dropContentTypeOfEmptyBody(app);
  trackRequests(app);
  identifyCallers(app, services.tokens);
  await limitRates(app);
  authoriseCallers(app);
  logAndCountResponses(app, metrics, log);
  await documentRoutes(app);
  const refuseOtherMethods = watchMethods(app);
  await app.register(async (routes: Routes) => {
    healthRoutes(routes, readiness);
    metricsRoute(routes, metrics);
    accountRoutes(routes, credentials);
    proxyListRoute(routes, services.proxies);
    proxyChangeRoutes(routes, services);
    assignRoute(routes, { ...services, idempotency });
    vpsRoute(routes, services.vps, services.vpsMaps);
    alertRoutes(routes, services);
    sourceRoutes(routes, services);
  });
  await app.register((routes: Routes) => importRoutes(routes, { ...services, idempotency }));
  refuseOtherMethods();
  app.server.on('checkExpectation', (_request, response: ServerResponse) => {
    response.writeHead(EXPECTATION.status, { 'content-type': PROBLEM_TYPE }).end(problemBody(EXPECTATION));
  });
  await app.ready();
  return app;
}

/** Some clients send a Content-Type without a body, which fastify would parse as empty JSON. */
function dropContentTypeOfEmptyBody(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = headers;
    if (length === '0' && coding === undefined) delete headers['content-type'];
    done();
  });
}

const NO_ROUTE = new HttpProblem(404, { code: 'no_route', detail: 'Unknown path. See /docs.' });

const EXPECTATION = new HttpProblem(417, {
  code: 'expectation',
  detail: 'The only supported Expect value is 100-continue.',
});

/** A raw response to bytes that do not form a request; it bypasses fastify. */
function rawResponse(status: number, code: HttpCode, detail: string): string {
  const body = problemBody({ status, content: { code, detail } });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Content-Type: ${PROBLEM_TYPE}`];
  return [...head, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body].join('\r\n');
}

const NOT_HTTP = rawResponse(400, 'bad_request', 'The request cannot be parsed.');
/** By error code of Node. */
const UNREADABLE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: rawResponse(431, 'headers_too_large', 'The headers are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: rawResponse(408, 'too_slow', 'The request was not complete in time.'),
};

/**
 * Counts and logs each response by its route, never by the URL, which contains names. Successful reads are frequent and logged at debug
 * level.
 */
function logAndCountResponses(app: FastifyInstance, metrics: Metrics, log: Logger): void {
  app.addHook('onResponse', ({ method, routeOptions, caller }, { statusCode, elapsedTime }, done) => {
    done();
    metrics.request(method, routeOptions.url, statusCode, elapsedTime);
    const level = (method === 'GET' || method === 'HEAD') && statusCode < 500 ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    const shown = { method, route: routeOptions.url, status: statusCode, ms: Math.round(elapsedTime) };
    log[level]({ ...shown, caller: caller?.actor.id }, 'request completed');
  });
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} on ${host} is already in use. Stop the program that uses it, or set HTTP_PORT to another port.`,
    );
  }
  if (typeof code !== 'string') return error;
  return new Error(`The API cannot listen on port ${port} of ${host} (${code}). Check HTTP_HOST and HTTP_PORT.`);
}
