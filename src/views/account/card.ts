import type { AccountDetails } from '../../domain/accounts/account-view.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { STATE_GLYPH, STATE_NAME } from '../../kit/glyphs.ts';
import type { Viewer } from '../../kit/level.ts';
import { fitView } from '../../kit/limits/fit.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { code, escapeText, formatActor, formatRelativeTime, nameFor, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const accountAssignId = defineId('account.assign', { account: idNumber });
/** The ids name the proxy that was shown: a question that another click has answered is stale. */
export const accountMoveId = defineId('account.move', { account: idNumber, from: idNumber });
export const accountMoveToId = defineId('account.move_to', { account: idNumber, from: idNumber, proxy: idNumber });
export const accountUnassignId = defineId('account.unassign', { account: idNumber });
export const accountEditId = defineId('account.edit', { account: idNumber });
export const accountHistoryId = defineId('account.history', { account: idNumber });
export const accountRemoveId = defineId('account.remove', { account: idNumber });

/** Reasons in the history get no more lines than they need. */
const REASON_CHARS = 80;

/**
 * One account with its proxy, its history and the actions on it.
 *
 * @param done what has just been done
 * @param note what else there is to say of a click, such as why it had no effect
 */
export function accountCard(account: AccountDetails, viewer: Viewer, done?: string, note?: string): View {
  const { proxy, removedAt, state } = account;
  const ids = { account: account.id };
  const head = removedAt
    ? `**Removed** ${formatRelativeTime(removedAt)}`
    : `${STATE_GLYPH[state]} **${STATE_NAME[state]}** · ${escapeText(account.model)}`;
  return fitView((longest) => ({
    components: [
      card(
        removedAt ? 'muted' : state === 'assigned' ? 'success' : state === 'waiting' ? 'warn' : 'neutral',
        text(
          `### Account ${code(nameFor(viewer.level, account.username))}`,
          head,
          note,
          done && `✅ ${done} · ${formatActor(viewer.id)}`,
        ),
        text(
          proxy && `**Proxy** #${proxy.id} ${code(formatAddress(proxy.host, proxy.port))}`,
          !removedAt &&
            state === 'waiting' &&
            `**Waiting** since ${formatRelativeTime(account.waitingSince)}. Assigned automatically when a proxy is free.`,
          !removedAt &&
            state === 'held' &&
            '**On hold**: not assigned automatically. Use `/proxy assign` or `/proxy fill` to resume.',
          account.vps && `**VPS** ${escapeText(truncate(account.vps, longest))}`,
          account.label && `**Label** ${escapeText(truncate(account.label, longest))}`,
          account.notes && `**Notes** ${escapeText(truncate(account.notes, longest))}`,
          ...historyOf(account, longest),
        ),
        row(
          !removedAt && !proxy && button('Assign', accountAssignId.encode(ids), 'success'),
          !removedAt && proxy && button('Reassign', accountMoveId.encode({ ...ids, from: proxy.id })),
          !removedAt && proxy && button('Unassign', accountUnassignId.encode(ids)),
          !removedAt && button('Edit', accountEditId.encode(ids)),
          button('History', accountHistoryId.encode(ids)),
          !removedAt && button('Remove', accountRemoveId.encode(ids), 'danger'),
        ),
      ),
    ],
  }));
}

function historyOf({ history }: AccountDetails, longest: number): string[] {
  if (history.length === 0) return ['-# No proxy history.'];
  const short = (reason: string) => escapeText(truncate(reason, Math.min(longest, REASON_CHARS)));
  return [
    '**History**',
    ...history.map((use) => {
      const end = use.endedAt ? ` until ${formatRelativeTime(use.endedAt)} (${short(use.endReason ?? '')})` : '';
      return `- #${use.proxyId} ${code(formatAddress(use.host, use.port))} from ${formatRelativeTime(use.startedAt)}${end} · ${formatActor(use.startedBy)} · ${short(use.startReason)}`;
    }),
  ];
}

export const removeSureId = defineId('account.remove_sure', { account: idNumber });
export const removeBackId = defineId('account.remove_back', { account: idNumber });

/** Confirmation of the removal of an account. */
export function removeQuestion({ id, username, proxy }: AccountDetails): View {
  const ids = { account: id };
  return {
    components: [
      card(
        'warn',
        text(
          `### Remove ${code(username)}?`,
          proxy ? `Its slot on #${proxy.id} becomes free for waiting accounts.` : 'It has no proxy.',
          'Its history is kept.',
        ),
        row(button('Remove', removeSureId.encode(ids), 'danger'), button('Cancel', removeBackId.encode(ids))),
      ),
    ],
  };
}

/**
 * Confirmation of the move of an account that has a proxy.
 *
 * @param to the named proxy and the reason why it is allowed; the best other proxy if absent
 */
export function moveQuestion(
  { id, username }: AccountDetails,
  from: { id: number; host: string; port: number },
  to?: { id: number; address: string; reason: string },
): View {
  const where = to
    ? `It will move to #${to.id} ${code(to.address)} (${escapeText(to.reason)}).`
    : 'It will move to the best other proxy.';
  const ids = { account: id, from: from.id };
  const move = to ? accountMoveToId.encode({ ...ids, proxy: to.id }) : accountMoveId.encode(ids);
  return {
    components: [
      card(
        'warn',
        text(
          `### Move ${code(username)} from #${from.id}${to ? ` to #${to.id}` : ''}?`,
          `Currently on #${from.id} ${code(formatAddress(from.host, from.port))}. ${where}`,
        ),
        row(button('Reassign', move, 'primary'), button('Cancel', removeBackId.encode({ account: id }))),
      ),
    ],
  };
}
