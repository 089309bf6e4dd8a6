import type { SentFile } from '../checks/message.ts';
import type { Core } from '../core.ts';

/** A request to the API, read and matched. */
export interface ApiRequest {
  core: Core;
  params: Params;
  query: URLSearchParams;
  body: unknown;
  files: SentFile[];
}

export interface ApiReply {
  status: number;
  body?: unknown;
}

type Handler = (request: ApiRequest) => ApiReply | Promise<ApiReply>;

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/channels/:channel/messages` */
  path: string;
  /** Interactions' own routes carry their token in the path and need no bot token. */
  needsBotToken: boolean;
  handle: Handler;
}

/** The parameters of a path; a missing one is a bug in the route. */
export class Params {
  readonly #values: Map<string, string>;

  constructor(values: Map<string, string>) {
    this.#values = values;
  }

  get(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`the route has no part :${name}`);
    return value;
  }
}

export function route(method: Route['method'], path: string, handle: Handler): Route {
  return { method, path, needsBotToken: true, handle };
}

export function openRoute(method: Route['method'], path: string, handle: Handler): Route {
  return { method, path, needsBotToken: false, handle };
}

export function ok(body: unknown): ApiReply {
  return { status: 200, body };
}

export const NO_CONTENT: ApiReply = { status: 204 };

/** The route of a request; `wrong-method` if only another method matches. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Params } | 'wrong-method' | undefined {
  const matching = routes.flatMap((candidate) => {
    const params = match(candidate.path, path);
    return params ? [{ route: candidate, params }] : [];
  });
  if (matching.length === 0) return undefined;
  return matching.find((found) => found.route.method === method) ?? 'wrong-method';
}

/** Fixed parts take precedence by their order in the list of routes. */
function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/').map(decoded);
  if (wanted.length !== given.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) values.set(part.slice(1), value);
    else if (part !== value) return undefined;
  }
  return new Params(values);
}

/** Clients escape the @ of `@original`. An invalid escape is kept and matches nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
