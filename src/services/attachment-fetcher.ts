import { UserError } from '../base/errors.ts';
import { type HttpResponse, httpGet } from '../net/http-client.ts';
import { HttpRequestError } from '../net/http-request-error.ts';

/** Discord's CDN, the only place that attachments come from in production. */
const CDN_HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];
const DISCORD_API_HOST = 'discord.com';

export const MAX_FILE_BYTES = 25 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;

export interface Attachment {
  name: string;
  /** Bytes, as Discord says. */
  size: number;
  url: string;
}

/**
 * Reads attachments from Discord's CDN and, where another server stands in for Discord, from that server's host. Redirects are
 * not followed, and what is read is bounded in size and time, whatever the other side says of itself.
 */
export class AttachmentFetcher {
  readonly #hosts: Set<string>;
  readonly #timeoutMs: number;

  /** @param options.timeoutMs for the whole download, 30 s if not said */
  constructor(apiUrl: string, options: { timeoutMs?: number } = {}) {
    const api = new URL(apiUrl);
    this.#hosts = new Set(CDN_HOSTS);
    if (api.hostname !== DISCORD_API_HOST) this.#hosts.add(api.host);
    this.#timeoutMs = options.timeoutMs ?? FETCH_TIMEOUT_MS;
  }

  /** @throws UserError where the file is too large, cannot be had, or lies anywhere else */
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
    // Only the server that stands in for Discord may be on this machine or in a private network.
    const policy = { isPrivateAllowed: !CDN_HOSTS.includes(url.host) };
    try {
      const bounds = { timeoutMs: this.#timeoutMs, maxBytes: MAX_FILE_BYTES };
      return await httpGet(url, { ...bounds, policy, followsRedirects: false });
    } catch (error) {
      if (!(error instanceof HttpRequestError)) throw error;
      if (error.fault === 'too_large') throw tooLarge(null);
      const why =
        error.fault === 'timeout' ? `no complete response within ${this.#timeoutMs / 1000} s` : 'the connection failed';
      throw new UserError('attachment_unread', `The file could not be downloaded: ${why}.`, 'Try again in a minute.');
    }
  }
}

/** @param bytes null: more than were read */
function tooLarge(bytes: number | null): UserError {
  const size = bytes === null ? 'is larger than declared' : `is ${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return new UserError(
    'file_too_large',
    `The file ${size}; the limit is 25 MiB.`,
    'Split it, or compress it as .csv.gz (up to 100 MiB unpacked).',
  );
}
