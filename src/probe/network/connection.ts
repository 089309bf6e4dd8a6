import { connect, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { connectVerified } from '../../net/verified-tls.ts';

/** Thrown if a step, or the whole check, has timed out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Thrown if the other side closed the connection before all expected bytes arrived. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

export interface ConnectionLimits {
  timeoutMs: number;
  stepTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Bytes over TCP and TLS with deadlines: one connection to an address that was checked before, with any number of TLS
 * layers. Every wait ends, with its result or with an error: TimeoutError, ClosedError, the abort reason, or the
 * socket's error. The caller must always call `destroy`.
 */
export class Connection {
  readonly #stepTimeoutMs: number;
  readonly #total: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #step: NodeJS.Timeout | undefined;
  /** The TCP socket, followed by a TLS socket for each layer. */
  readonly #layers: Socket[] = [];
  #failure: { error: unknown } | null = null;
  #isOver = false;
  #isAborted = false;
  #isReady = false;
  #hasEnded = false;
  #wake: (() => void) | null = null;

  constructor({ timeoutMs, stepTimeoutMs, signal }: ConnectionLimits) {
    this.#stepTimeoutMs = stepTimeoutMs;
    this.#total = setTimeout(this.#onTimeout, timeoutMs);
    this.#signal = signal;
    if (signal?.aborted) this.abort(signal.reason);
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Begins a step, which restarts its deadline. */
  startStep(): void {
    if (this.#step) this.#step.refresh();
    else this.#step = setTimeout(this.#onTimeout, this.#stepTimeoutMs);
  }

  /** Waits for other work under the same deadlines. */
  async wait<T>(work: Promise<T>): Promise<T> {
    let outcome: { value: T } | undefined;
    work.then(
      (value) => {
        outcome = { value };
        this.#notify();
      },
      (error: unknown) => this.#fail(error),
    );
    return (await this.#until(() => outcome)).value;
  }

  async open(address: string, port: number): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    await this.#add(connect({ host: address, port, noDelay: true }), 'connect');
  }

  /** Adds a TLS layer and verifies that the other side is `host`. */
  async secure(host: string, secureContext: SecureContext): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const below = this.#top;
    below.off('readable', this.#notify).off('end', this.#onEnd).off('close', this.#onClose);
    await this.#add(connectVerified(host, { socket: below, secureContext }), 'secureConnect');
  }

  write(bytes: Uint8Array | string): void {
    if (this.#failure) throw this.#failure.error;
    this.#top.write(bytes);
  }

  /** Reads exactly this number of bytes. */
  async read(length: number): Promise<Buffer> {
    const bytes: Buffer = await this.#until(() => this.#top.read(length) ?? this.#closed());
    if (bytes.length < length) throw new ClosedError('closed within an answer');
    return bytes;
  }

  /** Returns the available bytes as soon as there are any; null at the end. */
  async readSome(): Promise<Buffer | null> {
    return await this.#until<Buffer | null>(() => this.#top.read() ?? (this.#hasEnded ? null : undefined));
  }

  /**
   * Puts back bytes that were read too far. Call it before anything else is awaited: the stream may end in the next
   * tick.
   */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#top.unshift(bytes);
  }

  /** Rejects every wait with this reason. */
  abort(reason: unknown): void {
    this.#isAborted = true;
    this.#failure = { error: reason };
    this.#giveUp(reason);
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  destroy(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#step);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    for (const layer of this.#layers.reverse()) layer.destroy();
  }

  get #top(): Socket {
    const top = this.#layers.at(-1);
    if (!top) throw new Error('the connection is not open');
    return top;
  }

  async #add(socket: Socket, ready: 'connect' | 'secureConnect'): Promise<void> {
    this.#isReady = false;
    this.#layers.push(socket);
    socket.once(ready, this.#onReady).on('error', this.#onError).on('close', this.#onClose);
    await this.#until(() => this.#isReady || undefined);
    socket.on('readable', this.#notify).on('end', this.#onEnd);
  }

  /** The only place that waits: for an event, after which `look` is called again. */
  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = this.#isOver ? undefined : look();
      if (found !== undefined) return found;
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The first error counts. Bytes that arrived before it can still be read. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#notify();
  }

  #closed(): undefined {
    if (this.#hasEnded) throw new ClosedError('closed by the other side');
  }

  /** Rejects all further reads, even of bytes that have arrived. */
  #giveUp(error: unknown): void {
    this.#isOver = true;
    this.#fail(error);
  }

  readonly #notify = () => {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  };
  readonly #onReady = () => {
    this.#isReady = true;
    this.#notify();
  };
  readonly #onEnd = () => {
    this.#hasEnded = true;
    this.#notify();
  };
  readonly #onClose = () => this.#fail(new ClosedError('closed'));
  readonly #onError = (error: Error) => this.#fail(error);
  readonly #onTimeout = () => this.#giveUp(new TimeoutError('out of time'));
  readonly #onAbort = () => this.abort(this.#signal?.reason);
}
