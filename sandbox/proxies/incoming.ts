import { once } from 'node:events';
import type { Socket } from 'node:net';

const MAX_HEAD_BYTES = 8192;

/** Reads what a client of a loopback proxy sends. Rejects where the client goes away. */
export class Incoming {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async read(length: number): Promise<Buffer> {
    for (;;) {
      const bytes: Buffer | null = this.#socket.read(length);
      if (bytes && bytes.length === length) return bytes;
      if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('the client went away');
      await once(this.#socket, 'readable');
    }
  }

  /** Up to and without the byte. */
  async readUntil(byte: number): Promise<Buffer> {
    const bytes: number[] = [];
    for (;;) {
      const [next = byte] = await this.read(1);
      if (next === byte) return Buffer.from(bytes);
      if (bytes.push(next) > MAX_HEAD_BYTES) throw new Error('the client sends too much');
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
      if (head.length > MAX_HEAD_BYTES) throw new Error('the client sends too much');
      if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('the client went away');
      if (!more) await once(this.#socket, 'readable');
    }
  }
}
