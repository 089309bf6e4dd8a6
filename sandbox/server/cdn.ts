import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SandboxClock } from './clock.ts';
import { APPLICATION_ID, CHANNEL_ID } from './ids.ts';
import type { Attachment } from './state/model.ts';
import type { SandboxState } from './state/state.ts';

/** The lifetime of Discord's own links. */
const LINK_LIFETIME_MS = 24 * 3_600_000;

/** Signed links to attachments, valid for a day like those of cdn.discordapp.com. */
export class Cdn {
  readonly #baseUrl: string;
  readonly #state: SandboxState;
  readonly #clock: SandboxClock;

  constructor(baseUrl: string, state: SandboxState, clock: SandboxClock) {
    this.#baseUrl = baseUrl;
    this.#state = state;
    this.#clock = clock;
  }

  urlOf(attachment: Attachment): string {
    const path = attachment.isEphemeral
      ? `/ephemeral-attachments/${APPLICATION_ID}/${attachment.id}/${encodeURIComponent(attachment.filename)}`
      : `/attachments/${CHANNEL_ID}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
    const issued = Math.floor(this.#clock.now() / 1000);
    const expires = issued + LINK_LIFETIME_MS / 1000;
    const query = `ex=${expires.toString(16)}&is=${issued.toString(16)}`;
    return `${this.#baseUrl}${path}?${query}&hm=${this.#sign(`${path}?${query}`)}`;
  }

  /** The attachment of a link; undefined if the link is forged or expired, or the file is gone. */
  find(url: URL): Attachment | undefined {
    const attachment = this.findUnsigned(url);
    const query = `ex=${url.searchParams.get('ex')}&is=${url.searchParams.get('is')}`;
    const expected = Buffer.from(this.#sign(`${url.pathname}?${query}`));
    const given = Buffer.from(url.searchParams.get('hm') ?? '');
    const isGenuine = expected.length === given.length && timingSafeEqual(expected, given);
    const isFresh = Number.parseInt(url.searchParams.get('ex') ?? '0', 16) * 1000 > this.#clock.now();
    return isGenuine && isFresh ? attachment : undefined;
  }

  /** The attachment of an expired link that is to be refreshed. */
  findUnsigned(url: URL): Attachment | undefined {
    const [, kind, , id] = url.pathname.split('/');
    const attachment = this.#state.attachments.get(id ?? '');
    const isKind = kind === (attachment?.isEphemeral ? 'ephemeral-attachments' : 'attachments');
    return isKind ? attachment : undefined;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#state.cdnKey).update(text).digest('hex');
  }
}
