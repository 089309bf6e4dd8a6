import { API_TOKEN, type TestBot } from './bot.ts';

/** Asks the bot's HTTP API, as the operator unless another token is named; null: without one. */
export function askApi(
  { apiUrl }: Pick<TestBot, 'apiUrl'>,
  path: string,
  { token = API_TOKEN, headers, ...init }: RequestInit & { token?: string | null } = {},
): Promise<Response> {
  const sent = new Headers(headers);
  if (token !== null) sent.set('authorization', `Bearer ${token}`);
  return fetch(`${apiUrl}${path}`, { ...init, headers: sent });
}

/** A VPS with a token, and an account on it. @returns the token */
export async function addVps({ database, services }: TestBot, name: string): Promise<string> {
  await database.pool.query(`insert into vps (name, key) values ($1, lower($1)) on conflict do nothing`, [name]);
  return (await services.tokens.create({ id: 'test', name: 'test' }, await services.vps.resolve(name))).token;
}
