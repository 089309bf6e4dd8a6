import type { Exchange } from '../server/http/request-url.ts';
import type { Supply } from './supply.ts';

export interface ApiAnswer {
  /** 200 by default. */
  status?: number;
  headers?: Record<string, string>;
  body: object;
}

/** The API of one provider over its list. */
export interface ProviderApi {
  title: string;
  /** The key that a request has; undefined if it has none. */
  keyOf(exchange: Exchange): string | undefined;
  wrongKey: ApiAnswer;
  /** @param base the address of the API, for links to further pages */
  answer(exchange: Exchange, supply: Supply, base: string): ApiAnswer;
}
