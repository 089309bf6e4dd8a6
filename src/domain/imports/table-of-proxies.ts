import { FileError } from '../parse/file-error.ts';
import { type Column, columnOf } from '../parse/records/columns.ts';
import { findExportMarker } from '../parse/records/export-format.ts';

/** Words of a header that name an account, its model or its VPS, and never a part of a proxy. */
const OF_ACCOUNTS = new Set(
  [
    ...['account', 'accountname', 'handle', 'screenname', 'nick', 'nickname', 'profile'],
    ...['model', 'modelname', 'creator', 'creatorname', 'persona'],
    ...['vps', 'vpsname', 'servername', 'machine', 'node'],
  ].map(keyOf),
);
/** Words for the host of a proxy that may as well name a VPS. */
const OF_BOTH = new Set(['host', 'hostname', 'server'].map(keyOf));

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** Whether a column says where a proxy listens. */
function isAddress(name: string): boolean {
  const column = columnOf(name);
  return isPort(column) || (column === 'host' && !OF_BOTH.has(keyOf(name)));
}

const isPort = (column: Column | undefined) => column === 'port' || column === 'httpPort' || column === 'socksPort';

/** Whether a table has columns for the address of a proxy. */
export function namesAddress(names: readonly string[]): boolean {
  return names.some(isAddress);
}

/**
 * Whether the names of a table's columns are those of a list of proxies: they name an address, or a host with a password, and neither
 * an account nor a model nor a VPS. The username in such a list is the proxy's, and its host names a machine of the provider.
 */
function isTableOfProxies(names: readonly string[]): boolean {
  if (names.some((name) => OF_ACCOUNTS.has(keyOf(name)))) return false;
  const columns = names.map(columnOf);
  return namesAddress(names) || (columns.includes('host') && columns.includes('password'));
}

/** @throws FileError if the names of a table's columns, or of the keys of a JSON object, are those of a list of proxies */
export function refuseTableOfProxies(names: readonly string[]): void {
  if (!isTableOfProxies(names)) return;
  throw new FileError('list_of_proxies', 'The column names are those of a list of proxies.');
}

/** @throws FileError if a text is an export of proxies as CSV */
export function refuseExportOfProxies(text: string): void {
  if (findExportMarker(text)) throw new FileError('list_of_proxies', 'This file is an export of proxies.');
}
