import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { BackupError } from './backup-error.ts';
import { readBackupFile } from './backup-file.ts';
import { END_OF_TABLE, type End, endSchema, type Header, headerSchema } from './format.ts';

const NEWLINE = 10;

/** Reads a backup from its beginning to its end, a piece at a time. */
export class BackupReader {
  readonly #path: string;
  readonly #source: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  /** What was read and not handed on; it begins where a line does. */
  #pending: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    this.#source = readBackupFile(path);
    this.#chunks = this.#source[Symbol.asyncIterator]();
  }

  /** What the file is of. @throws BackupError where it is no backup of ours */
  readHeader(): Promise<Header> {
    return this.#readJson(headerSchema, 'is not a backup of Proxy Ops that this version can read');
  }

  /** The rows of the next table, as COPY reads them; each piece is whole lines. */
  async *readRows(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#findEnd();
      if (end !== undefined) {
        if (end > 0) yield this.#take(end);
        this.#take(END_OF_TABLE.length);
        return;
      }
      // An unfinished line may be the end's.
      const whole = this.#pending.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) yield this.#take(whole);
      await this.#readMore();
    }
  }

  /** What stands after the last table, once the file was found to be whole. */
  async readEnd(): Promise<End> {
    const end = await this.#readJson(endSchema, 'is damaged');
    // The checksum comes last: only with this step the rows before it are known to be what was written.
    const { done } = await this.#next();
    if (!done || this.#pending.length > 0) throw this.#damaged();
    return end;
  }

  close(): void {
    this.#source.destroy();
  }

  /** Where the rows of this table end, if that was read already. */
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
