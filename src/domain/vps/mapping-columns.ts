import { FileError } from '../parse/file-error.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';

/** The columns of an export of mappings. */
export const EXPORT_COLUMNS = [
  'vps',
  'environment',
  'proxy',
  'address',
  'account',
  'model',
  'documented',
  'notes',
] as const;

const COLUMNS = {
  vps: 'vps vpsname server servername machine node hostname',
  environment: 'environment env stage',
  region: 'region location datacenter zone',
  proxy: 'proxy proxynumber proxyid number proxyaddress',
  host: 'host ip proxyhost proxyip address',
  port: 'port proxyport',
  account: 'account username accountname login handle',
  documented: 'documented link linked',
  notes: 'notes note comment comments remark',
} as const;
export type MappingColumn = keyof typeof COLUMNS;

const BY_NAME = new Map<string, MappingColumn>(
  Object.entries(COLUMNS).flatMap(([column, names]) =>
    names.split(' ').map((name) => [name, column as MappingColumn] as const),
  ),
);
/** Words for the VPS that mean nothing else. */
const OWN_WORDS = ['vps', 'vpsname'];

const keyOf = (name: string) =>
  stripInvisible(name)
    .toLowerCase()
    .replace(/[\s_-]/g, '');

/** The column of a file of mappings that a name means. Names are compared without case, blanks, `_` and `-`. */
export const mappingColumn = (name: string): MappingColumn | undefined => BY_NAME.get(keyOf(name));

/** @throws FileError if the names of a table's columns are those of a list of VPS, without accounts */
export function refuseTableOfVps(names: readonly string[]): void {
  const known = names.flatMap((name) => mappingColumn(name) ?? []);
  const isTable = known.length === names.length || known.length > 1;
  if (!isTable || known.includes('account') || !names.some((name) => OWN_WORDS.includes(keyOf(name)))) return;
  throw new FileError('list_of_mappings', 'The column names are those of a list of VPS.');
}

/** Whether a header is that of an export of mappings. Its cells were escaped for spreadsheets, and their blanks are intended. */
export function isMappingExport(names: readonly string[]): boolean {
  return EXPORT_COLUMNS.every((column, at) => names[at] === column);
}

/** @throws FileError if the names of a table's columns are those of an export of mappings, which names proxies without credentials */
export function refuseMappingExport(names: readonly string[]): void {
  if (isMappingExport(names)) throw new FileError('list_of_mappings', 'This file is an export of VPS.');
}
