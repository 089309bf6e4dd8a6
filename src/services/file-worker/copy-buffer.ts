/** A buffer of this size or more is sent. */
const CHUNK_BYTES = 262_144;
/** Room for the row that fills the buffer. A longer one makes the buffer grow. */
const HEADROOM_BYTES = 16_384;
/** Of a UTF-16 unit in UTF-8. */
const MAX_UNIT_BYTES = 3;

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Takes the place of a row's number of columns, behind the last row. */
const TRAILER = -1;
/** Takes the place of a value's length. */
const NULL = -1;

const TWO_POW_32 = 2 ** 32;
/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = Date.UTC(2000, 0);
const MICROSECONDS_PER_MS = 1000n;
/** The number of `text` in `pg_type`, the same in every database. */
const TEXT_OID = 25;

/** PostgreSQL's `numeric` is a list of digits to this base. */
const NUMERIC_BASE = 10_000;
const NUMERIC_BYTES = 16;

/**
 * Rows in the binary format of COPY (PostgreSQL's documentation, "COPY", "Binary Format"): the server reads it in two thirds of the time
 * of the text format. Each method but the first three writes one value with its length.
 *
 * The memory is shared between threads, and two buffers are used in turn: new memory for each piece makes V8 collect garbage, in this
 * thread and in the one that sends the piece.
 */
export class CopyBuffer {
  #bytes = shared(CHUNK_BYTES + HEADROOM_BYTES);
  #other = shared(CHUNK_BYTES + HEADROOM_BYTES);
  #view = viewOf(this.#bytes);
  #used = HEADER.copy(this.#bytes);

  get isFull(): boolean {
    return this.#used >= CHUNK_BYTES;
  }

  /** The bytes that were written since the last call. They are valid until the next call: one piece is sent while the next is written. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used);
    const next = this.#other;
    this.#other = this.#bytes;
    this.#use(next);
    this.#used = 0;
    return taken;
  }

  row(columns: number): void {
    this.#reserve(2);
    this.#int2(columns);
  }

  end(): void {
    this.row(TRAILER);
  }

  null(): void {
    this.#field(0);
    this.#view.setInt32(this.#used - 4, NULL);
  }

  smallint(value: number): void {
    this.#field(2);
    this.#int2(value);
  }

  integer(value: number): void {
    this.#field(4);
    this.#int4(value);
  }

  /** @param value not negative */
  bigint(value: number): void {
    this.#field(8);
    this.#int4(Math.floor(value / TWO_POW_32));
    this.#int4(value % TWO_POW_32);
  }

  /** A NUL, which the database does not take, becomes the replacement character, as half a character does. */
  text(value: string): void {
    const text = value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
    this.#reserve(4 + text.length * MAX_UNIT_BYTES);
    const length = this.#bytes.write(text, this.#used + 4, 'utf8');
    this.#int4(length);
    this.#used += length;
  }

  texts(values: readonly string[]): void {
    const start = this.#used;
    this.#field(values.length === 0 ? 12 : 20);
    this.#int4(values.length === 0 ? 0 : 1);
    this.#int4(0);
    this.#int4(TEXT_OID);
    if (values.length === 0) return;
    this.#int4(values.length);
    this.#int4(1);
    for (const value of values) this.text(value);
    this.#view.setInt32(start, this.#used - start - 4);
  }

  bytea(value: Uint8Array): void {
    this.#field(value.length);
    this.#bytes.set(value, this.#used);
    this.#used += value.length;
  }

  timestamptz(value: Date): void {
    this.#field(8);
    this.#view.setBigInt64(this.#used, BigInt(value.getTime() - EPOCH_MS) * MICROSECONDS_PER_MS);
    this.#used += 8;
  }

  /** @param value not negative, less than 10^12, with at most two decimals */
  numeric(value: number): void {
    const hundredths = Math.round(value * 100);
    const whole = Math.floor(hundredths / 100);
    this.#field(NUMERIC_BYTES);
    // Number of digits, exponent of the first one, sign, decimals.
    for (const each of [4, 2, 0, 2]) this.#int2(each);
    this.#int2(Math.floor(whole / NUMERIC_BASE ** 2));
    this.#int2(Math.floor(whole / NUMERIC_BASE) % NUMERIC_BASE);
    this.#int2(whole % NUMERIC_BASE);
    this.#int2((hundredths % 100) * 100);
  }

  /** Writes the length of a value for which there is room then. */
  #field(length: number): void {
    this.#reserve(4 + length);
    this.#int4(length);
  }

  #int2(value: number): void {
    this.#view.setInt16(this.#used, value);
    this.#used += 2;
  }

  #int4(value: number): void {
    this.#view.setInt32(this.#used, value);
    this.#used += 4;
  }

  #reserve(length: number): void {
    const needed = this.#used + length;
    if (needed <= this.#bytes.length) return;
    const larger = shared(needed + HEADROOM_BYTES);
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#use(larger);
  }

  #use(bytes: Buffer<SharedArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}

const shared = (length: number) => Buffer.from(new SharedArrayBuffer(length));

const viewOf = ({ buffer, byteOffset, length }: Buffer) => new DataView(buffer, byteOffset, length);
