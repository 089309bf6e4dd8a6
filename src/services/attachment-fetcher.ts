import { UserError } from '../base/errors.ts';
import { type HttpResponse, httpGet } from '../net/http-client.ts';
import { HttpRequestError } from '../net/http-request-error.ts';

/** Discord's CDN, the only source of attachments in production. */
const CDN_HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];
const DISCORD_API_HOST = 'discord.com';

export const MAX_FILE_BYTES = 25 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;

export interface Attachment {
  name: string;
  /** In bytes, as reported by Discord. */
  size: number;
  url: string;
}

/**
 * Downloads attachments from Discord's CDN or, in the sandbox, from the host of the sandbox. It follows no redirects,
 * and bounds size and time whatever the headers claim.
 */
export class AttachmentFetcher {
  readonly #hosts: Set<string>;
  readonly #timeoutMs: number;

  /** @param options.timeoutMs for the whole download; 30 s by default */
  constructor(apiUrl: string, options: { timeoutMs?: number } = {}) {
    const api = new URL(apiUrl);
    this.#hosts = new Set(CDN_HOSTS);
    if (api.hostname !== DISCORD_API_HOST) this.#hosts.add(api.host);
    this.#timeoutMs = options.timeoutMs ?? FETCH_TIMEOUT_MS;
  }

  /** @throws UserError if the file is too large, cannot be downloaded, or was not uploaded to Discord */
  async read(attachment: Attachment): Promise<Uint8Array> {
    const url = URL.parse(attachment.url);
    const isTrusted =
      url !== null && this.#hosts.has(url.host) && (url.protocol === 'https:' || !CDN_HOSTS.includes(url.host));
    if (!isTrusted) throw new UserError('attachment_elsewhere', 'Only files uploaded to Discord can be read.');
    if (attachment.size > MAX_FILE_BYTES) throw tooLarge(attachment.size);
    const { status, body } = await this.#get(url);
    if (status === 200) return body;
    const why = status >= 300 && status < 400 ? 'it redirects' : `status ${status}`;
    throw new UserError('attachment_gone', `Discord did not return the file (${why}).`, 'Upload it again.');
  }

  async #get(url: URL): Promise<HttpResponse> {
    // Only the sandbox may be on this machine or in a private network.
    const policy = { isPrivateAllowed: !CDN_HOSTS.includes(url.host) };
    try {
      const bounds = { timeoutMs: this.#timeoutMs, maxBytes: MAX_FILE_BYTES };
      return await httpGet(url, { ...bounds, policy, redirects: 'return' });
    } catch (error) {
      if (!(error instanceof HttpRequestError)) throw error;
      if (error.fault === 'too_large') throw tooLarge(null);
      const why =
        error.fault === 'timeout' ? `no complete response within ${this.#timeoutMs / 1000} s` : 'the connection failed';
      throw new UserError('attachment_unread', `The file could not be downloaded: ${why}.`, 'Try again in a minute.');
    }
  }
}

/** @param bytes null if the size is unknown and the limit was exceeded */
function tooLarge(bytes: number | null): UserError {
  const size = bytes === null ? 'is larger than declared' : `is ${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return new UserError(
    'file_too_large',
    `The file ${size}; the limit is 25 MiB.`,
    'Split it, or compress it as .csv.gz (up to 100 MiB unpacked).',
  );
}
