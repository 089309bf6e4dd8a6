import type { Socket } from 'node:net';

const MAX_HEAD_BYTES = 8192;

/** Reads from a client of a loopback proxy. Rejects if the client disconnects. Must be released before the socket is piped. */
export class Incoming {
  readonly #socket: Socket;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    // One listener for all reads: adding one to a stream that holds bytes makes it emit `readable` again, for ever.
    socket.on('readable', this.#notify).on('end', this.#notify).on('close', this.#notify);
  }

  release(): void {
    this.#socket.off('readable', this.#notify).off('end', this.#notify).off('close', this.#notify);
  }

  async read(length: number): Promise<Buffer> {
    for (;;) {
      const bytes: Buffer | null = this.#socket.read(length);
      if (bytes && bytes.length === length) return bytes;
      await this.#more();
    }
  }

  /** Up to and without the byte. */
  async readUntil(byte: number): Promise<Buffer> {
    const bytes: number[] = [];
    for (;;) {
      const [next = byte] = await this.read(1);
      if (next === byte) return Buffer.from(bytes);
      if (bytes.push(next) > MAX_HEAD_BYTES) throw new Error('the client sent too much');
    }
  }

  /** The head of an HTTP request, up to its empty line. */
  async readHead(): Promise<string> {
    let head = Buffer.alloc(0);
    for (;;) {
      const more: Buffer | null = this.#socket.read();
      if (more) head = Buffer.concat([head, more]);
      const end = head.indexOf('\r\n\r\n');
      if (end >= 0) {
        this.#socket.unshift(head.subarray(end + 4));
        return head.toString('latin1', 0, end);
      }
      if (head.length > MAX_HEAD_BYTES) throw new Error('the client sent too much');
      await this.#more();
    }
  }

  /** Waits until anything at all comes. */
  async wait(): Promise<void> {
    while (this.#socket.readableLength === 0) await this.#more();
  }

  async #more(): Promise<void> {
    if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('the client disconnected');
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly #notify = () => {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  };
}
