import { ExampleLines } from '../../domain/parse/example-lines.ts';
import type { FileFacts, ParsedRow, ParseOptions } from '../../domain/parse/parsed-file.ts';
import { readProxyFile } from '../../domain/parse/proxy-file.ts';
import type { ReadSummary } from './import-reader.ts';

/** A file that is read while its rows are written. */
export class FileReading {
  readonly #steps: ReturnType<typeof readProxyFile>;
  readonly #examples = new ExampleLines();
  #step: IteratorResult<ParsedRow[], FileFacts>;

  /**
   * Reads the first batch, so that most of what is wrong with a file is known before anything is written.
   *
   * @throws FileError
   */
  constructor(bytes: Uint8Array, options: ParseOptions) {
    this.#steps = readProxyFile(bytes, options);
    this.#step = this.#steps.next();
  }

  /** The rows, once. @throws FileError if the file turns out to be unreadable */
  *batches(): Generator<ParsedRow[]> {
    for (; !this.#step.done; this.#step = this.#steps.next()) {
      for (const row of this.#step.value) this.#examples.note(row);
      yield this.#step.value;
    }
  }

  /** Everything but the rows, after the last one. */
  get facts(): FileFacts {
    if (!this.#step.done) throw new Error('the file is not read to its end');
    return this.#step.value;
  }

  summary(): ReadSummary {
    const { encoding, unknownColumns, lostColumns, forms, choice, rejected, firstOfForms } = this.facts;
    const invalid = { both: 0, first: 0, second: 0 };
    for (const row of rejected) invalid[row.reading]++;
    const examples = this.#examples.result(firstOfForms);
    return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples };
  }
}
