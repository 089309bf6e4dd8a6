import { connect, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { connectVerified } from '../../net/verified-tls.ts';

/** A step, or the whole, took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The other side ended the connection while more was expected of it. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

export interface ConnectionLimits {
  timeoutMs: number;
  stepTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Bytes over TCP and TLS under deadlines: one connection to an address that was checked before, on which TLS may be laid, and
 * laid again. Every wait ends, with what was asked for or with an error: TimeoutError, ClosedError, the signal's reason, or
 * what node says of the socket. `destroy` is to be called in the end, whatever happened.
 */
export class Connection {
  readonly #stepTimeoutMs: number;
  readonly #total: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #step: NodeJS.Timeout | undefined;
  /** The TCP socket, then each TLS socket over the one before. */
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

  /** Begins a step: its deadline starts anew. */
  startStep(): void {
    if (this.#step) this.#step.refresh();
    else this.#step = setTimeout(this.#onTimeout, this.#stepTimeoutMs);
  }

  /** Waits for work that is not on the wire, under the same deadlines. */
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

  /** Lays TLS over the connection and verifies that the other side is `host`. */
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

  /** Exactly so many bytes. */
  async read(length: number): Promise<Buffer> {
    const bytes: Buffer = await this.#until(() => this.#top.read(length) ?? this.#closed());
    if (bytes.length < length) throw new ClosedError('closed within an answer');
    return bytes;
  }

  /** What is there, as soon as something is; null at the end. */
  async readSome(): Promise<Buffer | null> {
    return await this.#until<Buffer | null>(() => this.#top.read() ?? (this.#hasEnded ? null : undefined));
  }

  /** Puts bytes back that were read too far. To be called before anything else is awaited: at the next tick the stream may end. */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#top.unshift(bytes);
  }

  /** Ends every wait with this reason, from outside. */
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

  /** The one place that waits: for an event, after which it looks again. */
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

  /** The first error counts. Bytes that came before it are read all the same. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#notify();
  }

  #closed(): undefined {
    if (this.#hasEnded) throw new ClosedError('closed by the other side');
  }

  /** Nothing is read any more, whatever has come. */
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
