import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { BackupError } from './backup-error.ts';
import { readBackupFile } from './backup-file.ts';
import { END_OF_TABLE, type End, endSchema, type Header, headerSchema } from './format.ts';

const NEWLINE = 10;

/** Reads a backup from its beginning to its end in pieces. */
export class BackupReader {
  readonly #path: string;
  readonly #source: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  /** Bytes that were read and not returned yet; they begin at the beginning of a line. */
  #pending: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    this.#source = readBackupFile(path);
    this.#chunks = this.#source[Symbol.asyncIterator]();
  }

  /** Describes the database of the backup. @throws BackupError if the file is not a backup of this program */
  readHeader(): Promise<Header> {
    return this.#readJson(headerSchema, 'is not a backup of Proxy Ops that this version can read');
  }

  /** The rows of the next table in the format of COPY; each piece contains whole lines. */
  async *readRows(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#findEnd();
      if (end !== undefined) {
        if (end > 0) yield this.#take(end);
        this.#take(END_OF_TABLE.length);
        return;
      }
      // An unfinished line may be the marker for the end of the table.
      const whole = this.#pending.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) yield this.#take(whole);
      await this.#readMore();
    }
  }

  /** The part after the last table, once the file has been found to be complete. */
  async readEnd(): Promise<End> {
    const end = await this.#readJson(endSchema, 'is damaged');
    // The checksum is the last part of gzip: only this step proves that the rows before it are as written.
    const { done } = await this.#next();
    if (!done || this.#pending.length > 0) throw this.#damaged();
    return end;
  }

  close(): void {
    this.#source.destroy();
  }

  /** The end of the rows of this table, if it was read already. */
  #findEnd(): number | undefined {
    if (this.#pending.subarray(0, END_OF_TABLE.length).equals(Buffer.from(END_OF_TABLE))) return 0;
    const at = this.#pending.indexOf(`\n${END_OF_TABLE}`);
    return at === -1 ? undefined : at + 1;
  }

  async #readJson<T>(schema: z.ZodType<T>, problem: string): Promise<T> {
    let length = this.#pending.indexOf(NEWLINE);
    for (; length === -1; length = this.#pending.indexOf(NEWLINE)) await this.#readMore();
    const line = this.#take(length + 1).toString();
    try {
      return schema.parse(JSON.parse(line));
    } catch (error) {
      throw new BackupError(`${this.#path} ${problem}. Nothing was restored.`, { cause: error });
    }
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  async #readMore(): Promise<void> {
    const { value, done } = await this.#next();
    if (done) throw this.#damaged();
    this.#pending = this.#pending.length === 0 ? value : Buffer.concat([this.#pending, value]);
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.#chunks.next();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code.startsWith('Z_')) throw this.#damaged(error);
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      throw new BackupError(`${this.#path} cannot be read: ${error.message}`, { cause: error });
    }
  }

  #damaged(cause?: unknown): BackupError {
    return new BackupError(`${this.#path} is damaged or incomplete. Nothing was restored.`, { cause });
  }
}
