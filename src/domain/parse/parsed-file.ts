import type { DefaultKey } from '../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../proxies/proxy.ts';
import type { Encoding } from './decode-text.ts';

/** Values for rows that do not name their own. */
export type ProxyDefaults = { type?: ProxyType | undefined } & { [K in DefaultKey]?: string | undefined };

export interface ParseOptions {
  /** Only its ending is looked at: `.json` must hold JSON. */
  fileName: string | null;
  defaults: ProxyDefaults;
  isPrivateAllowed: boolean;
  maxRows: number;
}

/** `both`: the line reads the same in either reading; `first`, `second`: it belongs to one reading of an ambiguous batch. */
export type Reading = 'both' | 'first' | 'second';

export interface ParsedRow {
  /** 1-based, of the file; in JSON the place in the list. */
  line: number;
  reading: Reading;
  fields: ProxyFields;
}

export interface RejectedRow {
  line: number;
  reading: Reading;
  /** A plain sentence that repeats nothing of the line. */
  reason: string;
  /** The line with everything but host and port hidden, at most 200 characters. */
  text: string;
}

/** How many lines were read in one form, by reading. */
export interface FormCount {
  form: string;
  lines: Record<Reading, number>;
}

/** Lines that can be read in two ways, which nothing in the file decides. */
export interface ReadingChoice {
  taken: 'first' | 'second';
  lines: number;
  /** `host:port:user:password`, and a line read so, masked. */
  first: { form: string; example: string };
  second: { form: string; example: string };
}

/** Rows in batches, each as soon as nothing that follows can change it, and a result at the end. */
export type RowBatches<T> = Generator<ParsedRow[], T>;

/** A parsed file apart from its rows. */
export interface FileFacts {
  kind: 'lines' | 'csv' | 'json' | 'export';
  encoding: Encoding;
  rejected: RejectedRow[];
  choice: ReadingChoice | null;
  /** The forms in which lines were read, those of most lines first. */
  forms: FormCount[];
  /** The first line of each form, in the same order. */
  firstOfForms: number[];
  /** Columns, keys and words of lines that were left out, since nothing is known of them or no field means them. */
  unknownColumns: string[];
  /** Columns that were left out since another one has the same meaning and another value. */
  lostColumns: { name: string; used: string }[];
}

export interface ParsedFile extends FileFacts {
  /** In the order of the file. A line with two readings is here (or in `rejected`) once for each. */
  rows: ParsedRow[];
}
