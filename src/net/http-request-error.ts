import type { NetworkFault } from './network-fault.ts';

/** Why a request has no complete response. */
export type HttpFault =
  | NetworkFault
  /** Not an http or https address. */
  | 'bad_address'
  | 'private_address'
  /** Not this machine, which is the only one that may be called. */
  | 'not_loopback'
  | 'bad_redirect'
  | 'insecure_redirect'
  | 'too_many_redirects'
  /** The response is not HTTP/1, or its head is too long. */
  | 'no_http'
  /** The body is longer than it may be. */
  | 'too_large';

/** A request that failed. The message never holds a part of the address, which may be secret. */
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
