import { changesOf, type VpsImportPreview } from '../../domain/vps/vps-import.ts';
import { button, card, file, row, text } from '../../kit/parts.ts';
import { closedLine } from '../../kit/plan-lines.ts';
import {
  code,
  count,
  escapeText,
  formatActor,
  formatRelativeTime,
  noticeLine,
  plural,
  truncate,
} from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';
import { unknownColumnsLine } from '../imports/import-parts.ts';
import { vpsImportApplyId, vpsImportCancelId } from './ids.ts';

const REASONS_SHOWN = 3;

/** The preview of a VPS import and, once applied, its result. */
export function vpsImportPreview(
  preview: VpsImportPreview,
  { notice, rejections }: { notice?: string | undefined; rejections?: ViewFile } = {},
): View {
  const { planId, fileName, state, result, rejected, rows } = preview;
  const isOpen = state === 'open';
  const changes = changesOf(preview);
  return {
    components: [
      card(
        state === 'applied' ? 'success' : isOpen ? 'neutral' : 'muted',
        text(
          `### VPS import${fileName ? ` · ${code(fileName)}` : ''}`,
          noticeLine(notice),
          result && `✅ **Applied** · ${formatActor(result.by)} · ${formatRelativeTime(new Date(result.at))}`,
          closedLine(preview, '/vps import'),
        ),
        text(...effects(preview), ...leftOut(preview)),
        rejected.length > 0 &&
          text(
            `❌ **${plural(rejected.length, 'row')}** skipped of ${count(rows + rejected.length)}`,
            ...rejected.slice(0, REASONS_SHOWN).map(({ line, reason }) => `-# line ${line}: ${reason}`),
          ),
        rejections && file(rejections.name),
        isOpen &&
          row(
            changes > 0 && button(`Apply ${count(changes)}`, vpsImportApplyId.encode({ plan: planId }), 'success'),
            button('Cancel', vpsImportCancelId.encode({ plan: planId })),
          ),
      ),
    ],
    ...(rejections && { files: [rejections] }),
  };
}

/** The parts of the file that the import does not use. */
function leftOut({ unknownColumns, kept }: VpsImportPreview): string[] {
  const names = kept.first.map(
    ({ vps, environment, written }) =>
      `${escapeText(truncate(vps, 40))} (${escapeText(truncate(environment, 40))}, not ${escapeText(truncate(written, 40))})`,
  );
  const more = kept.count > names.length ? ` and ${count(kept.count - names.length)} more` : '';
  const ignored = unknownColumnsLine(unknownColumns);
  return [
    ...(kept.count > 0
      ? [
          `⚠️ **${count(kept.count)} VPS** ${kept.count === 1 ? 'keeps its environment' : 'keep their environments'}: ${names.join(', ')}${more}. Use \`/vps edit\` to change it.`,
        ]
      : []),
    ...(ignored ? [`-# ${ignored}`] : []),
  ];
}

function effects(preview: VpsImportPreview): string[] {
  const { newVps, newLinks, notedLinks, knownLinks, addedAccounts, movedAccounts } = preview;
  const lines = [
    newVps > 0 && `🆕 **${count(newVps)} new VPS**`,
    newLinks > 0 && `📎 **${plural(newLinks, 'link')}** to proxies`,
    notedLinks > 0 && `✏️ **${plural(notedLinks, 'link')}** with new notes`,
    addedAccounts > 0 && `👤 **${plural(addedAccounts, 'account')}** get${addedAccounts === 1 ? 's' : ''} a VPS`,
    movedAccounts > 0 &&
      `↪️ **${plural(movedAccounts, 'account')}** move${movedAccounts === 1 ? 's' : ''} from another VPS`,
    knownLinks > 0 && `-# ${plural(knownLinks, 'link')} already known`,
  ].filter((line) => line !== false);
  return lines.length > 0 ? lines : ['The file contains nothing new.'];
}
