import {
  type AccountChange,
  type AccountChangePreview,
  type AccountChangeResult,
  EDITED_FIELDS,
  type EditedField,
  unchangedAccounts,
} from '../../domain/accounts/account-change.ts';
import { sumOf } from '../../domain/sum.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { closedLine, limitNote } from '../../kit/plan-lines.ts';
import { count, escapeText, formatActor, formatRelativeTime, noticeLine, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { beforeAfter } from '../before-after.ts';
import { filterWords } from '../proxy/filter-words.ts';
import { alikeLine, newModelLine } from './new-model.ts';

export const accountChangeApplyId = defineId('account.change_apply', { plan: idNumber });
export const accountChangeModelId = defineId('account.change_model', { plan: idNumber });
export const accountChangeCancelId = defineId('account.change_cancel', { plan: idNumber });

interface Words {
  title: string;
  /** After the number of accounts. */
  done: string;
  look: 'danger' | 'success' | 'primary';
  command: string;
}

const WORDS: Record<AccountChange['kind'], Words> = {
  edit: { title: 'Edit', done: 'edited', look: 'success', command: '/account edit' },
  hold: { title: 'Hold', done: 'put on hold', look: 'danger', command: '/proxy unassign' },
  release: { title: 'Release', done: 'no longer on hold', look: 'success', command: '/proxy assign' },
  remove: { title: 'Remove', done: 'removed', look: 'danger', command: '/account remove' },
};

const MODELS_SHOWN = 8;
const LONGEST = { name: 40, model: 30, reason: 100 } as const;
const FIELD_NAMES: Record<EditedField, string> = { model: 'Model', vps: 'VPS', label: 'Label', notes: 'Notes' };

/** A planned change of many accounts: how many, what changes, what happens to their proxies, and the button. */
export function accountChangePreview(preview: AccountChangePreview, notice?: string): View {
  const { change, state, result, planId: plan, count: all } = preview;
  const words = WORDS[change.kind];
  const isOpen = state === 'open';
  const accounts = plural(all, 'account');
  const tone = result ? 'success' : !isOpen ? 'muted' : isWarning(preview) ? 'warn' : 'neutral';
  const like = preview.newModel?.like;
  return {
    components: [
      card(
        tone,
        text(
          `### ${words.title} ${accounts}`,
          describeTarget(change),
          ...editLines(preview),
          noticeLine(notice),
          ...(result ? resultLines(result, words) : [closedLine(preview, words.command)]),
          isOpen && limitNote(all, 'accounts'),
        ),
        isOpen && text(...details(preview)),
        row(
          isOpen && all > 0 && button(`${words.title} ${accounts}`, accountChangeApplyId.encode({ plan }), words.look),
          isOpen && like && button(`Use ${truncate(like.name, LONGEST.model)}`, accountChangeModelId.encode({ plan })),
          isOpen && button('Cancel', accountChangeCancelId.encode({ plan })),
        ),
      ),
    ],
  };
}

const waitingIn = ({ placement }: AccountChangePreview) => sumOf(placement?.waiting ?? [], ({ waiting }) => waiting);
const isWarning = (preview: AccountChangePreview) => waitingIn(preview) > 0 || Boolean(preview.newModel?.like);

function describeTarget(change: AccountChange): string {
  const parts = filterWords(change.filter);
  if (change.kind === 'hold' && change.reason)
    parts.push(`reason: ${escapeText(truncate(change.reason, LONGEST.reason))}`);
  return `-# ${parts.join(' · ')}`;
}

/** `**Model** Amber 280 · Bella 20 → Cara` */
function editLines({ change, former }: AccountChangePreview): string[] {
  if (change.kind !== 'edit') return [];
  return EDITED_FIELDS.flatMap((field) => {
    const [before, after] = [former[field], change.edit[field]];
    return after === undefined || before === undefined ? [] : [beforeAfter(FIELD_NAMES[field], before, after)];
  });
}

/** The result with its author, and the fate of the proxies. */
function resultLines(result: AccountChangeResult, { done }: Words): (string | false)[] {
  const { by, at, count: accounts, left, proxies, unused, reserved, placed, waiting, served } = result;
  const became = [
    unused > 0 && `${count(unused)} ${unused === 1 ? 'is' : 'are'} unused now`,
    reserved > 0 &&
      `${count(reserved)} of these ${reserved === 1 ? 'stays reserved for its former model' : 'stay reserved for their former models'}`,
  ].filter((part) => part !== false);
  const given = [
    placed > 0 && `${plural(placed, 'account')} got a proxy`,
    waiting > 0 && `🟡 ${plural(waiting, 'account')} ${waiting === 1 ? 'waits' : 'wait'}`,
    served > 0 && `${plural(served, 'other waiting account', 'other waiting accounts')} got a proxy`,
  ].filter((part) => part !== false);
  return [
    `✅ **${plural(accounts, 'account')} ${done}** · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`,
    left > 0 &&
      `${plural(left, 'account')} left ${plural(proxies, 'proxy', 'proxies')}${became.length > 0 ? `: ${became.join(', ')}` : ''}`,
    given.length > 0 && given.join(' · '),
  ];
}

function details(preview: AccountChangePreview): (string | false)[] {
  const { change, sample, count: all, unchanged, newModel, left, proxies } = preview;
  const model = change.kind === 'edit' ? change.edit.model : undefined;
  return [
    left > 0 &&
      `**${plural(left, 'account')}** ${left === 1 ? 'leaves' : 'leave'} ${plural(proxies, 'proxy', 'proxies')}`,
    left === 0 && change.kind !== 'release' && 'No account leaves its proxy.',
    placementLine(preview),
    newModel !== null && model !== undefined && (newModel.like ? alikeLine(model, newModel.like) : newModelLine(model)),
    ...sample.map(({ username, model: of, proxyId }) =>
      [
        `- **${escapeText(truncate(username, LONGEST.name))}**`,
        escapeText(truncate(of, LONGEST.model)),
        proxyId !== null && `#${proxyId}`,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    all > sample.length && `-# and ${count(all - sample.length)} more`,
    unchanged > 0 && `-# ${unchangedAccounts(change, unchanged)}.`,
  ];
}

/** `280 get a proxy, 20 wait (Cara 20; 7 more proxies needed)` */
function placementLine(preview: AccountChangePreview): string | false {
  const { placement } = preview;
  if (!placement) return false;
  const { placed, waiting, missingProxies } = placement;
  const all = waitingIn(preview);
  const gets = `${count(placed)} ${placed === 1 ? 'gets' : 'get'} a proxy`;
  if (all === 0) return gets;
  const names = waiting
    .slice(0, MODELS_SHOWN)
    .map(({ name, waiting: n }) => `${escapeText(truncate(name, LONGEST.model))} ${count(n)}`);
  const more = waiting.length > MODELS_SHOWN ? ' …' : '';
  const needed = `${plural(missingProxies, 'more proxy', 'more proxies')} needed`;
  return `⚠️ ${gets}, **${count(all)} ${all === 1 ? 'waits' : 'wait'}** (${names.join(', ')}${more}; ${needed})`;
}
