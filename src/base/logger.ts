import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Keys whose values are redacted wherever they occur in a logged object. */
const SECRET_KEYS = [
  'password',
  'token',
  'authorization',
  'credentials',
  'changeIpUrl',
  'encryptionKey',
  'databaseUrl',
  'apiToken',
];

/** The properties of an error that say what happened; `schema` to `constraint` are the driver's names of PostgreSQL's fields. */
const LOGGED_PROPERTIES = [
  'code',
  'status',
  'method',
  'severity',
  'routine',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'syscall',
  'signal',
] as const;

/**
 * The loggable parts of an error and its causes: name, message, stack and codes. Omitted on purpose: drizzle's message (contains query
 * parameters), discord.js's `requestBody` (contains user input), PostgreSQL's `detail` and `where` (contain rows), and quoted values.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: 'a value that is not an error was thrown', type: typeof error };
  const isQuery = 'query' in error && 'params' in error;
  const message = isQuery ? 'database query failed' : withoutValue(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const shown: Record<string, unknown> = { name: error.name, message, stack: frames.join('\n') };
  for (const key of LOGGED_PROPERTIES) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === 'string' || typeof value === 'number') shown[key] = value;
  }
  if (isQuery && typeof error.query === 'string') shown.query = error.query.slice(0, 500);
  if (error.cause !== undefined) shown.cause = serializeError(error.cause);
  return shown;
}

/** PostgreSQL quotes the value that it refuses in messages of class 22, `data_exception`, and only names in others. */
function withoutValue(error: Error): string {
  const isDataException = 'severity' in error && 'code' in error && /^22/.test(String(error.code));
  return isDataException ? error.message.replace(/".*/s, '…') : error.message;
}

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError, error: serializeError },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
