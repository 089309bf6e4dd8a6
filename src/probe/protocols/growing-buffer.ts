const FIRST_CAPACITY = 4 * 1024;

/** Collects bytes that arrive in pieces. Appending costs as much as the piece is long, whatever the total. */
export class GrowingBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  /** All bytes so far. A view, which is valid until the next piece. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
