import type { AccountDetails } from '../../domain/accounts/account-view.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { STATE_GLYPH } from '../../kit/glyphs.ts';
import type { Level } from '../../kit/level.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { address, code, escapeText, formatActor, formatRelativeTime, nameFor, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const accountAssignId = defineId('account.assign', { account: idNumber });
export const accountMoveId = defineId('account.move', { account: idNumber });
export const accountMoveToId = defineId('account.move_to', { account: idNumber, proxy: idNumber });
export const accountUnassignId = defineId('account.unassign', { account: idNumber });
export const accountEditId = defineId('account.edit', { account: idNumber });
export const accountHistoryId = defineId('account.history', { account: idNumber });
export const accountRemoveId = defineId('account.remove', { account: idNumber });

/** One account with its proxy and its history, and what can be done with it. `done` says what has just happened. */
export function accountCard(account: AccountDetails, level: Level, done?: string): View {
  const { proxy, removedAt, state } = account;
  const ids = { account: account.id };
  const head = removedAt
    ? `**Removed** ${formatRelativeTime(removedAt)}`
    : `${STATE_GLYPH[state]} **${state}** · ${escapeText(account.model)}`;
  return {
    components: [
      card(
        removedAt ? 'muted' : state === 'assigned' ? 'success' : state === 'waiting' ? 'warn' : 'neutral',
        text(`### Account ${code(nameFor(level, account.username))}`, head, done && `✅ ${done}`),
        text(
          proxy && `**Proxy** #${proxy.id} ${code(address(proxy.host, proxy.port))}`,
          !removedAt &&
            state === 'waiting' &&
            `**Waiting** since ${formatRelativeTime(account.waitingSince)}; it is served as soon as there is room.`,
          !removedAt &&
            state === 'held' &&
            '**Held**: it is left alone until `/proxy assign` or `/proxy fill` takes it up.',
          account.vps && `**VPS** ${escapeText(account.vps)}`,
          account.label && `**Label** ${escapeText(account.label)}`,
          account.notes && `**Notes** ${escapeText(truncate(account.notes, 300))}`,
          ...historyOf(account),
        ),
        row(
          !removedAt && !proxy && button('Assign', accountAssignId.encode(ids), 'success'),
          !removedAt && proxy && button('Reassign', accountMoveId.encode(ids)),
          !removedAt && proxy && button('Unassign', accountUnassignId.encode(ids)),
          !removedAt && button('Edit', accountEditId.encode(ids)),
          button('History', accountHistoryId.encode(ids)),
          !removedAt && button('Remove', accountRemoveId.encode(ids), 'danger'),
        ),
      ),
    ],
  };
}

function historyOf({ history }: AccountDetails): string[] {
  if (history.length === 0) return ['-# It has never had a proxy.'];
  return [
    '**History**',
    ...history.map((use) => {
      const end = use.endedAt
        ? ` until ${formatRelativeTime(use.endedAt)} (${escapeText(truncate(use.endReason ?? '', 60))})`
        : '';
      return `- #${use.proxyId} ${code(address(use.host, use.port))} from ${formatRelativeTime(use.startedAt)}${end} · ${formatActor(use.startedBy)} · ${escapeText(truncate(use.startReason, 80))}`;
    }),
  ];
}

export const removeSureId = defineId('account.remove_sure', { account: idNumber });
export const removeBackId = defineId('account.remove_back', { account: idNumber });

/** Asked before an account is removed. */
export function removeQuestion({ id, username, proxy }: AccountDetails): View {
  const ids = { account: id };
  return {
    components: [
      card(
        'warn',
        text(
          `### Remove ${code(username)}?`,
          proxy ? `Proxy #${proxy.id} becomes free for whoever waits.` : 'It has no proxy.',
          'Its history stays.',
        ),
        row(button('Remove', removeSureId.encode(ids), 'danger'), button('Cancel', removeBackId.encode(ids))),
      ),
    ],
  };
}

/**
 * Asked before an account that has a proxy is moved.
 *
 * @param to the proxy that was named, and why it may have that; absent: the best other one
 */
export function moveQuestion(
  { id, username, proxy }: AccountDetails,
  to?: { id: number; address: string; reason: string },
): View {
  const where = to
    ? `would go to #${to.id} ${code(to.address)} (${escapeText(to.reason)})`
    : 'gets the best other proxy';
  const move = to ? accountMoveToId.encode({ account: id, proxy: to.id }) : accountMoveId.encode({ account: id });
  return {
    components: [
      card(
        'warn',
        text(
          `### Move ${code(username)}?`,
          proxy ? `It is on #${proxy.id} ${code(address(proxy.host, proxy.port))}, and ${where}.` : '',
        ),
        row(button('Reassign', move, 'primary'), button('Cancel', removeBackId.encode({ account: id }))),
      ),
    ],
  };
}
