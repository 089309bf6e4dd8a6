import { UserError } from '../base/errors.ts';

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
    if (!isTrusted)
      throw new UserError('attachment_elsewhere', 'That file does not lie on Discord, so it was not read.');
    if (attachment.size > MAX_FILE_BYTES) throw tooLarge(attachment.size);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(url, { redirect: 'manual', signal });
      if (response.status !== 200 || !response.body) {
        await response.body?.cancel();
        const why =
          response.status >= 300 && response.status < 400 ? 'it points elsewhere' : `status ${response.status}`;
        throw new UserError('attachment_gone', `Discord did not hand out the file (${why}).`, 'Upload it again.');
      }
      return await readBounded(response.body);
    } catch (error) {
      if (error instanceof UserError) throw error;
      const why = signal.aborted ? `it did not arrive within ${this.#timeoutMs / 1000} s` : 'the connection broke';
      throw new UserError('attachment_unread', `The file could not be read: ${why}.`, 'Try again in a minute.');
    }
  }
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw tooLarge(size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytes: number): UserError {
  const size = (bytes / 1024 / 1024).toFixed(1);
  return new UserError(
    'file_too_large',
    `The file has ${size} MiB; the limit is 25 MiB.`,
    'Split it, or compress it as .csv.gz (up to 100 MiB unpacked).',
  );
}
