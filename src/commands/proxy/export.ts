import { UserError } from '../../base/errors.ts';
import { choice, flag, text } from '../../discord/define/options.ts';
import { assertRole } from '../../discord/dispatch/authorise.ts';
import { EXPORT_FORMATS } from '../../domain/export/exported-proxy.ts';
import { card, file, text as lines } from '../../kit/parts.ts';
import { plural } from '../../kit/text.ts';
import { defineCommand } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { filterOptions } from './filter-options.ts';

export const exportCommand = defineCommand({
  name: 'proxy export',
  description: 'The proxies that a filter finds, as a file',
  options: {
    ...filterOptions,
    format: choice('csv (default), json or text', EXPORT_FORMATS, {}),
    template: text('A line such as %ip%:%port%:%login%', { maxLength: 500 }),
    credentials: flag('With credentials, for you alone', {}),
  },
  requires: 'viewer',
  ack: ({ credentials }) => (credentials ? 'ephemeral' : 'public'),
  async run({ actor, services, attachmentSizeLimit }, { format, template, credentials, ...filter }) {
    if (credentials) assertRole(actor.level, 'operator');
    const withCredentials = credentials ?? false;
    const exported = await services.exports.export(actor, { filter, format, template, withCredentials });
    const packed = await packFile(exported.name, exported.parts, attachmentSizeLimit);
    const found = exported.count();
    if (found === 0) {
      throw new UserError(
        'nothing_found',
        'There is no such proxy to export.',
        'Run /proxy list to see what is there.',
      );
    }
    const note = withCredentials
      ? '-# With credentials: keep it where nobody else finds it.'
      : '-# Without credentials.';
    return {
      components: [
        card('neutral', lines(`### ${plural(found, 'proxy', 'proxies')} exported`, note), file(packed.name)),
      ],
      files: [packed],
    };
  },
});
