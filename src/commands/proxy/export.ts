import { noProxyMatches } from '../../base/not-found.ts';
import { choice, flag, text } from '../../discord/define/options.ts';
import { EXPORT_FORMATS } from '../../domain/export/exported-proxy.ts';
import { proxyExport } from '../../views/exports/export-card.ts';
import { defineCommand } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { filterOptions } from './filter-options.ts';

export const exportCommand = defineCommand({
  name: 'proxy export',
  description: 'Export the proxies that a filter matches to a file',
  options: {
    ...filterOptions,
    format: choice('csv (default), json or text', EXPORT_FORMATS, {}),
    template: text('Template of a line, such as %ip%:%port%:%login%', { maxLength: 500 }),
    credentials: flag('Include credentials; the file is visible to you only', {}),
  },
  requires: 'viewer',
  requiresFor: ({ credentials }) => (credentials ? 'operator' : undefined),
  ack: ({ credentials }) => (credentials ? 'ephemeral' : 'public'),
  async run({ actor, services, upload }, { format, template, credentials, ...filter }) {
    const withCredentials = credentials ?? false;
    const isMasked = actor.level === 'viewer';
    const exported = await services.exports.export(actor, { filter, format, template, withCredentials, isMasked });
    const packed = await packFile(exported.name, exported.parts, upload);
    const found = exported.count();
    if (found === 0) throw noProxyMatches();
    return proxyExport(packed, { count: found, withCredentials });
  },
});
