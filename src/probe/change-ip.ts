import { type HttpPolicy, type HttpResponse, httpGet } from '../net/http-client.ts';
import { type HttpFault, HttpRequestError } from '../net/http-request-error.ts';
import { excerptOf } from './protocols/excerpt.ts';

export interface ChangeIpOptions extends HttpPolicy {
  /** For all requests together, including redirects. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ChangeIpResult {
  /** Whether the provider responded with 2xx. */
  ok: boolean;
  /** The status of the last response; null if there was none. */
  status: number | null;
  /**
   * One or two sentences for people. They never contain the link, and of the response only a short excerpt without any
   * part of the link.
   */
  detail: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const ACCEPT = 'application/json, text/plain;q=0.9, */*;q=0.1';

const UNPROVEN = 'The certificate or TLS connection of the provider could not be verified.';

const FAULTS: Record<HttpFault, string> = {
  timeout: 'The provider did not respond in time.',
  dns: 'The name in the link does not resolve.',
  refused: 'The connection was refused: nothing listens at the address of the link.',
  unreachable: 'The address of the link is unreachable.',
  reset: 'The provider closed the connection before it responded.',
  tls: UNPROVEN,
  wrong_host: UNPROVEN,
  untrusted: UNPROVEN,
  no_tls: 'The server of the link does not speak TLS.',
  no_http: 'The server of the link does not speak HTTP.',
  local: 'The bot’s own network failed.',
  bad_address: 'The link must be an http:// or https:// URL.',
  private_address: 'The link leads to a private address, which is not allowed.',
  not_loopback: 'The sandbox only calls links on this machine.',
  bad_redirect: 'The link redirects to something other than an http:// or https:// URL.',
  insecure_redirect: 'The link redirects from https to http, which is not secure.',
  foreign_redirect: 'The link redirects to another server.',
  too_many_redirects: 'The link redirects too many times.',
  too_large: 'The response of the provider is too long.',
};

/**
 * Calls the link with which a provider changes the exit IP of a proxy: one GET, with redirects.
 *
 * @returns the result, including failures; rejects only with the abort reason of `signal`
 */
export async function callChangeIpLink(link: string, options: ChangeIpOptions): Promise<ChangeIpResult> {
  try {
    return describe(await ask(link, options), link);
  } catch (error) {
    if (!(error instanceof HttpRequestError)) throw error;
    return { ok: false, status: null, detail: FAULTS[error.fault] };
  }
}

/** The status is the result; a body that is too long or incomplete does not change it. */
async function ask(link: string, options: ChangeIpOptions): Promise<HttpResponse> {
  const { timeoutMs, signal } = options;
  const bounds = { timeoutMs, signal, maxBytes: MAX_ANSWER_BYTES };
  try {
    return await httpGet(link, { ...bounds, policy: options, redirects: 'follow', accept: ACCEPT });
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
