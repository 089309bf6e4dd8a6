import type { RESTOptions } from 'discord.js';

/** An answer to a request of discord.js. */
export type Reply = Awaited<ReturnType<RESTOptions['makeRequest']>>;

/** An answer whose body was read, with that body and these changes. */
export function replyWith(read: Reply, body: string, changes: Partial<Pick<Reply, 'status' | 'headers'>> = {}): Reply {
  const { status, statusText, headers } = { ...read, ...changes };
  return {
    status,
    statusText,
    headers,
    ok: status >= 200 && status < 300,
    body: null,
    bodyUsed: false,
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  };
}

/** The object in a body; empty if there is none, as in a page of Cloudflare. */
export function objectIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
}
