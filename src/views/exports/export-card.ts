import { plural } from '../../domain/counted.ts';
import { card, file, text } from '../../kit/parts.ts';
import type { View, ViewFile } from '../../kit/view.ts';

function exportCard(exported: ViewFile, title: string, note?: string): View {
  const lines = [`### ${title}`, ...(note === undefined ? [] : [`-# ${note}`])];
  return { components: [card('neutral', text(...lines), file(exported.name))], files: [exported] };
}

export function proxyExport(
  exported: ViewFile,
  { count, withCredentials }: { count: number; withCredentials: boolean },
) {
  const note = withCredentials ? 'Contains credentials: store it safely.' : 'Without credentials.';
  return exportCard(exported, `${plural(count, 'proxy', 'proxies')} exported`, note);
}

/** @param options.isMasked whether the names of accounts are masked, since the caller is a viewer */
export function vpsExport(exported: ViewFile, { rows, isMasked }: { rows: number; isMasked: boolean }): View {
  const note = isMasked ? 'Account names are masked for viewers.' : '`/vps import` can read this file.';
  return exportCard(exported, `${plural(rows, 'row')} exported`, note);
}

export function logExport(exported: ViewFile, log: 'Audit log' | 'History'): View {
  return exportCard(exported, `${log} as a file`);
}
