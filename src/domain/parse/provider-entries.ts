import type { ProxyFields } from '../proxies/proxy.ts';
import { Refusal } from './fields/refusal.ts';
import { LineBatch } from './lines/line-batch.ts';
import { stripInvisible } from './lines/line-noise.ts';
import type { RowBatches } from './parsed-file.ts';
import { collectRows, RowSink } from './proxy-row.ts';
import { type JsonEntry, proxiesIn } from './records/json-list.ts';
import { readJsonList } from './records/json-records.ts';
import { LeftOut } from './records/record-builder.ts';

/** An object of a provider's answer that is one proxy, or an order with several. */
export type ProviderEntry = Record<string, unknown>;

export interface ProviderEntryOptions {
  isPrivateAllowed: boolean;
  /** At most so many proxies are in the entries. */
  maxRows: number;
}

/** The proxies that were read of one entry. */
export type EntryProxies = (ProxyFields | Refusal)[];

export const TWO_READINGS = new Refusal('It can be read in two ways: it must be written as user:password@host:port.');

/**
 * Reads objects of a provider's answer as an import of that answer reads them. A line that can be read in two
 * ways is refused: an import asks which one is meant, and a sync cannot.
 *
 * @returns the proxies of each entry, in the order of the entries; an order without proxies is refused
 * @throws FileError for more proxies than `maxRows`
 */
export function readProviderEntries(entries: readonly ProviderEntry[], options: ProviderEntryOptions): EntryProxies[] {
  const result = entries.map((): EntryProxies => []);
  const owners: EntryProxies[] = [];
  const ownerOf = (line: number) => owners[line - 1] as EntryProxies;
  const list: JsonEntry[] = [];
  for (const [at, entry] of entries.entries()) {
    for (const found of proxiesIn(entry)) {
      owners.push(result[at] as EntryProxies);
      list.push({ ...found, line: list.length + 1 });
    }
  }
  const { isPrivateAllowed, maxRows } = options;
  const sink = new RowSink({ fileName: null, defaults: {}, isPrivateAllowed, maxRows });
  const { rows } = collectRows(readList(sink, list));
  for (const { line, reading, fields } of rows) {
    if (reading === 'both') ownerOf(line).push(fields);
    else if (reading === 'first') ownerOf(line).push(TWO_READINGS);
  }
  for (const { line, reading, reason } of sink.rejected) {
    if (reading !== 'second') ownerOf(line).push(new Refusal(reason));
  }
  return result;
}

function* readList(sink: RowSink, entries: JsonEntry[]): RowBatches<void> {
  const batch = new LineBatch(sink);
  const { defaultType } = sink;
  const reader = { sink, batch, leftOut: new LeftOut(), defaultType, form: 'JSON' };
  yield* readJsonList({ isExport: false, clean: stripInvisible, entries }, reader);
  sink.finish(batch.finish());
  yield* sink.takeAll();
}
