import type { ListedPage, ListedProxy, SourceKind } from '../../../src/domain/sources/listed.ts';
import { SourceError } from '../../../src/domain/sources/source-error.ts';
import type { SourceKey } from '../../../src/domain/sources/source-key.ts';
import { type ReadOptions, readSource, type SourceRequest } from '../../../src/providers/read-source.ts';
import type { SourceClock } from '../../../src/providers/source-clock.ts';

/** A clock whose sleeps take no time, and which notes them in seconds. */
export class InstantClock implements SourceClock {
  readonly slept: number[] = [];
  readonly #start: Date;
  #elapsed = 0;

  constructor(start = new Date('2026-11-26T12:00:00Z')) {
    this.#start = start;
  }

  now(): number {
    return this.#elapsed;
  }

  date(): Date {
    return new Date(this.#start.getTime() + this.#elapsed);
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms / 1000);
    this.#elapsed += ms;
  }
}

/** A key that no other text of a test contains. */
export const PLANTED = 'pl4nted-k3y';

export const PLANTED_KEYS: Record<SourceKind, SourceKey> = {
  webshare: { key: PLANTED },
  'proxy-seller': { key: PLANTED },
  px6: { key: PLANTED },
  'proxy-cheap': { key: PLANTED, secret: `${PLANTED}-secret` },
  iproyal: { key: PLANTED },
  url: { url: '', header: `x-list-key: ${PLANTED}` },
};

/** The request of a source at this address. */
export function requestOf(kind: SourceKind, url: string): SourceRequest {
  const key =
    kind === 'url' ? { ...PLANTED_KEYS.url, url: `${url}/${PLANTED}/list?key=${PLANTED}` } : PLANTED_KEYS[kind];
  return {
    kind,
    key,
    isPrivateAllowed: false,
    apiUrls: kind === 'url' ? {} : { [kind]: url },
    policy: { isPrivateAllowed: kind === 'url' },
  };
}

export interface SourceRun {
  pages: ListedPage[];
  proxies: ListedProxy[];
  /** Why the list is not complete; null if it is. */
  error: SourceError | null;
  slept: number[];
}

/** Reads a whole list without waiting. */
export async function runSource(request: SourceRequest, options: ReadOptions = {}): Promise<SourceRun> {
  const clock = new InstantClock();
  const pages: ListedPage[] = [];
  let error: SourceError | null = null;
  try {
    for await (const page of readSource(request, { clock, ...options })) pages.push(page);
  } catch (thrown) {
    if (!(thrown instanceof SourceError)) throw thrown;
    error = thrown;
  }
  return { pages, proxies: pages.flatMap(({ proxies }) => proxies), error, slept: clock.slept };
}
