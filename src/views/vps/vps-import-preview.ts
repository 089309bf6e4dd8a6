import { changesOf, type VpsImportPreview } from '../../domain/vps/vps-import.ts';
import { button, card, file, row, text } from '../../kit/parts.ts';
import { code, count, formatActor, formatRelativeTime, noticeLine, plural } from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';
import { vpsImportApplyId, vpsImportCancelId } from './ids.ts';

const REASONS_SHOWN = 3;

/** What the mappings of a file would change, or have changed. */
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
          `### Mappings${fileName ? ` · ${code(fileName)}` : ''}`,
          noticeLine(notice),
          result && `✅ **Written down** · ${formatActor(result.by)} · ${formatRelativeTime(new Date(result.at))}`,
          state === 'cancelled' && 'Cancelled; nothing was written.',
          state === 'expired' && 'This preview is over a day old. Run `/vps import` again.',
        ),
        text(...effects(preview)),
        rejected.length > 0 &&
          text(
            `❌ **${plural(rejected.length, 'row')}** left out of ${count(rows + rejected.length)}`,
            ...rejected.slice(0, REASONS_SHOWN).map(({ line, reason }) => `-# line ${line}: ${reason}`),
          ),
        rejections && file(rejections.name),
        isOpen &&
          row(
            changes > 0 && button('Apply', vpsImportApplyId.encode({ plan: planId }), 'success'),
            button('Cancel', vpsImportCancelId.encode({ plan: planId })),
          ),
      ),
    ],
    ...(rejections && { files: [rejections] }),
  };
}

function effects(preview: VpsImportPreview): string[] {
  const { newVps, newLinks, notedLinks, knownLinks, addedAccounts, movedAccounts } = preview;
  const lines = [
    newVps > 0 && `🆕 **${plural(newVps, 'VPS', 'VPS')}** that is not there yet`,
    newLinks > 0 && `📎 **${plural(newLinks, 'link')}** to a proxy`,
    notedLinks > 0 && `✏️ **${plural(notedLinks, 'link')}** with other notes`,
    addedAccounts > 0 && `👤 **${plural(addedAccounts, 'account')}** get${addedAccounts === 1 ? 's' : ''} a VPS`,
    movedAccounts > 0 && `↪️ **${plural(movedAccounts, 'account')}** leave${movedAccounts === 1 ? 's' : ''} another VPS`,
    knownLinks > 0 && `-# ${plural(knownLinks, 'link')} known already`,
  ].filter((line) => line !== false);
  return lines.length > 0 ? lines : ['Nothing in it is new.'];
}
