import { type HttpPolicy, type HttpResponse, httpGet } from '../net/http-client.ts';
import { type HttpFault, HttpRequestError } from '../net/http-request-error.ts';
import { excerptOf } from './protocols/excerpt.ts';

export interface ChangeIpOptions extends HttpPolicy {
  /** For all of it, redirects included. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ChangeIpResult {
  /** Whether the provider answered 2xx. */
  ok: boolean;
  /** The status of the last answer; null if there was none. */
  status: number | null;
  /** One or two sentences for people. Never the link, and of the answer only a short excerpt without any part of the link. */
  detail: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const ACCEPT = 'application/json, text/plain;q=0.9, */*;q=0.1';

const UNPROVEN = 'The provider could not prove who it is: its certificate, or TLS itself, is wrong.';

const FAULTS: Record<HttpFault, string> = {
  timeout: 'The provider did not answer in time.',
  dns: 'The name in the link does not resolve.',
  refused: 'The connection was refused: nothing listens where the link leads.',
  unreachable: 'The place that the link leads to cannot be reached.',
  reset: 'The provider closed the connection before it answered.',
  tls: UNPROVEN,
  wrong_host: UNPROVEN,
  untrusted: UNPROVEN,
  no_tls: 'What answers there does not speak TLS.',
  no_http: 'What answers there does not speak HTTP.',
  local: 'Our own network is at fault.',
  bad_address: 'The link is no web address.',
  private_address: 'The link leads to a private address, which is not called.',
  not_loopback: 'The sandbox calls links on this machine alone.',
  bad_redirect: 'The link leads to what is no web address.',
  insecure_redirect: 'The link leads from https to http, where anybody could read it.',
  too_many_redirects: 'The link leads from one place to the next, too often.',
  too_large: 'The answer of the provider is too long.',
};

/**
 * Calls the link with which a provider gives a proxy another exit IP: one GET, whose redirects are followed.
 *
 * @returns what happened, also if nothing did; rejects only with the reason of an aborted `signal`.
 */
export async function callChangeIpLink(link: string, options: ChangeIpOptions): Promise<ChangeIpResult> {
  try {
    return describe(await ask(link, options), link);
  } catch (error) {
    if (!(error instanceof HttpRequestError)) throw error;
    return { ok: false, status: null, detail: FAULTS[error.fault] };
  }
}

/** The status says what happened; a body that is too long, or breaks off, changes nothing. */
async function ask(link: string, options: ChangeIpOptions): Promise<HttpResponse> {
  const { timeoutMs, signal } = options;
  const bounds = { timeoutMs, signal, maxBytes: MAX_ANSWER_BYTES };
  try {
    return await httpGet(link, { ...bounds, policy: options, followsRedirects: true, accept: ACCEPT });
  } catch (error) {
    if (!(error instanceof HttpRequestError) || !error.head) throw error;
    return { ...error.head, body: Buffer.alloc(0) };
  }
}

function describe({ status, headers, body }: HttpResponse, link: string): ChangeIpResult {
  const excerpt = excerptOf(body, headers.get('content-type') ?? '', link);
  const detail = `The provider answered ${status}${excerpt ? `: ${excerpt}` : '.'}`;
  return { ok: status >= 200 && status < 300, status, detail };
}
