import type { NetworkFault } from './network-fault.ts';

/** The reasons for which a request has no complete response. */
export type HttpFault =
  | NetworkFault
  /** Not an http or https address. */
  | 'bad_address'
  | 'private_address'
  /** Not this machine, although only this machine may be called. */
  | 'not_loopback'
  | 'bad_redirect'
  | 'insecure_redirect'
  /** To another origin, although only the one of the address may be called. */
  | 'foreign_redirect'
  | 'too_many_redirects'
  /** The response is not HTTP/1, or its head is too long. */
  | 'no_http'
  /** The body exceeds its limit. */
  | 'too_large';

/** Thrown if a request failed. The message never contains a part of the URL, which may be secret. */
export class HttpRequestError extends Error {
  override readonly name = 'HttpRequestError';
  readonly fault: HttpFault;
  /** The head of the response, if only its body could not be read. */
  readonly head: { status: number; headers: ReadonlyMap<string, string> } | null;

  constructor(fault: HttpFault, head: HttpRequestError['head'] = null) {
    super(`the request failed: ${fault}`);
    this.fault = fault;
    this.head = head;
  }
}
