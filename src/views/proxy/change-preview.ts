import type { EditUndoPreview } from '../../domain/proxies/edit-undo.ts';
import { detail, EDITABLE_KEYS } from '../../domain/proxies/fields.ts';
import {
  type ChangedModel,
  type ChangePreview,
  type ChangeResult,
  type FormerFields,
  type MovedAccount,
  type PoolChange,
  type ProxyEdit,
  staysPut,
  unchangedReason,
} from '../../domain/proxies/pool-change.ts';
import { sumOf } from '../../domain/sum.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, file, row, text } from '../../kit/parts.ts';
import { closedLine, limitNote } from '../../kit/plan-lines.ts';
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
import { editText } from './detail-text.ts';
import { filterWords } from './filter-words.ts';

export const changeApplyId = defineId('change.apply', { plan: idNumber });
export const changeCancelId = defineId('change.cancel', { plan: idNumber });
export const changeUndoId = defineId('change.undo', { plan: idNumber });
/** The id carries the figures of the question; if they no longer hold, the click shows a new one. */
export const changeUndoSureId = defineId('change.undo_sure', { plan: idNumber, restorable: idNumber, kept: idNumber });
export const changeUndoBackId = defineId('change.undo_back', { plan: idNumber });

type Kind = PoolChange['kind'];

interface Words {
  /** Above the preview, before the number of proxies. */
  title: string;
  done(proxies: string): string;
  /** On the button, before the number. */
  button: string;
  look: 'danger' | 'success' | 'primary';
}

const WORDS: Record<Kind, Words> = {
  edit: { title: 'Edit', done: (proxies) => `${proxies} edited`, button: 'Apply', look: 'success' },
  deactivate: {
    title: 'Deactivate',
    done: (proxies) => `${proxies} deactivated`,
    button: 'Deactivate',
    look: 'danger',
  },
  activate: { title: 'Activate', done: (proxies) => `${proxies} activated`, button: 'Activate', look: 'success' },
  remove: { title: 'Remove', done: (proxies) => `${proxies} removed`, button: 'Remove', look: 'danger' },
  release: { title: 'Release', done: (proxies) => `${proxies} released`, button: 'Release', look: 'success' },
  move: {
    title: 'Move accounts off',
    done: (proxies) => `Accounts moved off ${proxies}`,
    button: 'Apply',
    look: 'primary',
  },
  separate: {
    title: 'One VPS per proxy:',
    done: (proxies) => `VPS separated on ${proxies}`,
    button: 'Apply',
    look: 'primary',
  },
  rebalance: { title: 'Rebalance', done: (proxies) => `${proxies} rebalanced`, button: 'Apply', look: 'success' },
};

const wordsOf = (change: PoolChange): Words =>
  change.kind === 'deactivate' && change.isBlocked
    ? { ...WORDS.deactivate, title: 'Block', button: 'Block', done: (proxies) => `${proxies} blocked` }
    : WORDS[change.kind];

const MODELS_SHOWN = 10;
const LONGEST_ADDRESS = 80;

/** The command that plans such a change again. */
function commandOf({ kind }: PoolChange): string {
  if (kind === 'separate') return '/vps map';
  return kind === 'move' ? '/proxy show' : `/proxy ${kind}`;
}

/** A result with all moves of accounts, which are attached as a file. */
interface Moves {
  all: readonly MovedAccount[];
  file: ViewFile;
}

/** A planned change: the number of proxies, what happens to their accounts, which accounts wait, and the button. */
export function changePreview(
  preview: ChangePreview,
  options: { notice?: string | undefined; moves?: Moves } = {},
): View {
  const { change, state, result, planId: plan } = preview;
  const { moves } = options;
  const words = wordsOf(change);
  const isOpen = state === 'open';
  const tone = result
    ? result.undo
      ? 'muted'
      : 'success'
    : !isOpen
      ? 'muted'
      : preview.stranded > 0
        ? 'warn'
        : 'neutral';
  return {
    components: [
      card(
        tone,
        text(
          headline(preview, words),
          describeTarget(change),
          ...(change.kind === 'edit' ? editLines(change.edit, preview.former) : []),
          noticeLine(options.notice),
          result ? resultLine(preview, result, words) : closedLine(preview, commandOf(change)),
          ...undoLines(result),
          change.kind === 'remove' && result && '-# An import of the same proxies restores them with their history.',
          isOpen && limitNote(preview.count),
        ),
        isOpen && textUnlessEmpty(details(preview)),
        moves && text(...movedLines(moves.all)),
        moves && file(moves.file.name),
        row(
          isOpen && button(`${words.button} ${count(changed(preview))}`, changeApplyId.encode({ plan }), words.look),
          isOpen && button('Cancel', changeCancelId.encode({ plan })),
          change.kind === 'edit' && result && !result.undo && button('Undo', changeUndoId.encode({ plan })),
        ),
      ),
    ],
    ...(moves && { files: [moves.file] }),
  };
}

/** The number on the button: what is moved, or the proxies that change. */
const changed = ({ change, count: proxies, moved }: ChangePreview) =>
  change.kind === 'rebalance' || staysPut(change) ? moved : proxies;

function headline({ change, count: proxies, only, moved, state }: ChangePreview, { title }: Words): string {
  if (change.kind === 'rebalance') {
    const goal = change.goal === 'spread' ? 'spread evenly' : 'onto the fewest proxies';
    return state === 'open' ? `### Rebalance ${goal}: ${plural(moved, 'move')}` : `### Rebalance ${goal}`;
  }
  if (only) return `### ${title} #${only.id} · ${code(truncate(only.address, LONGEST_ADDRESS))}`;
  return proxies > 0 ? `### ${title} ${plural(proxies, 'proxy', 'proxies')}` : `### ${title}`;
}

function resultLine({ change }: ChangePreview, result: ChangeResult, { done }: Words): string {
  const { by, at, count: proxies, moved, stranded, served } = result;
  const parts = [
    moved > 0 && `${plural(moved, 'account')} moved`,
    stranded > 0 &&
      `${plural(stranded, 'account')} ${staysPut(change) ? 'kept' : 'lost'} ${stranded === 1 ? 'its' : 'their'} proxy${staysPut(change) ? '' : ` and ${stranded === 1 ? 'waits' : 'wait'}`}`,
    served > 0 && `${plural(served, 'waiting account')} got a proxy`,
  ].filter((part) => part !== false);
  return `✅ **${done(plural(proxies, 'proxy', 'proxies'))}**${parts.length > 0 ? ` · ${parts.join(' · ')}` : ''} · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`;
}

/** `⚠️ 12 proxies were changed since and stay as they are: #12, #15 …` */
function keptLine(kept: number, ids: readonly number[]): string | false {
  if (kept === 0) return false;
  const names = ids.map((id) => `#${id}`).join(', ');
  const stay =
    kept === 1
      ? '1 proxy was changed since and stays as it is'
      : `${count(kept)} proxies were changed since and stay as they are`;
  return `⚠️ ${stay}: ${names}${kept > ids.length ? ' …' : ''}`;
}

function undoLines(result: ChangeResult | null): (string | false)[] {
  if (!result?.undo) return [];
  const { restorable, kept, keptIds, served, by, at } = result.undo;
  const also = served > 0 ? ` · ${plural(served, 'waiting account')} got a proxy` : '';
  return [
    `↩️ **Undone: ${plural(restorable, 'proxy', 'proxies')} set back**${also} · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`,
    keptLine(kept, keptIds),
  ];
}

/** Confirmation of an undo that cannot set every proxy back, or that is for admins. */
export function editUndoQuestion({ planId: plan, restorable, kept, keptIds }: EditUndoPreview, notice?: string): View {
  return {
    components: [
      card(
        'warn',
        text(
          '### Undo the edit?',
          noticeLine(notice),
          `**${plural(restorable, 'proxy', 'proxies')}** will get ${restorable === 1 ? 'its' : 'their'} former values back.`,
          keptLine(kept, keptIds),
          limitNote(restorable),
        ),
        row(
          restorable > 0 &&
            button(`Undo ${count(restorable)}`, changeUndoSureId.encode({ plan, restorable, kept }), 'danger'),
          button('Cancel', changeUndoBackId.encode({ plan })),
        ),
      ),
    ],
  };
}

function describeTarget(change: PoolChange): string | false {
  if (change.kind === 'rebalance') return change.model !== undefined && `-# model ${code(truncate(change.model, 60))}`;
  const parts: string[] = 'filter' in change.target ? filterWords(change.target.filter) : [];
  if ('reason' in change && change.reason) parts.push(`reason: ${escapeText(truncate(change.reason, 200))}`);
  return parts.length > 0 && `-# ${parts.join(' · ')}`;
}

function details(preview: ChangePreview): (string | false)[] {
  const { change, moved, stranded, unchanged, models, waiting, only } = preview;
  const sample = only ? [] : preview.sample;
  return [
    moved + stranded > 0 && accountsLine(preview),
    only !== null && moved + stranded === 0 && isRetired(change) && 'No accounts are affected.',
    waiting > 0 &&
      `🟡 ${plural(waiting, 'account')} ${waiting === 1 ? 'waits' : 'wait'}: free slots are assigned at once.`,
    ...models
      .filter(({ proxies }) => proxies !== null)
      .slice(0, MODELS_SHOWN)
      .map(rebalanceLine),
    ...sample.map(
      ({ id, address, load }) => `- #${id} ${code(address)}${load > 0 ? ` · ${plural(load, 'account')}` : ''}`,
    ),
    sample.length > 0 && preview.count > sample.length && `-# and ${count(preview.count - sample.length)} more`,
    ...preview.moves.map(
      (move) =>
        `- ${code(move.username)} (${escapeText(move.model)}) #${move.fromProxyId} → #${move.toProxyId}: ${escapeText(move.reason)}`,
    ),
    moved > preview.moves.length && `-# and ${plural(moved - preview.moves.length, 'more move', 'more moves')}`,
    unchanged > 0 && `-# ${unchangedReason(change, unchanged)}.`,
  ];
}

const textUnlessEmpty = (lines: readonly (string | false)[]) => lines.some(Boolean) && text(...lines);

const MOVES_SHOWN = 5;

/** The new state of the accounts, those without a proxy first; all of them are in the attached file. */
function movedLines(all: readonly MovedAccount[]): (string | false)[] {
  const shown = all.toSorted((a, b) => Number(a.to !== null) - Number(b.to !== null)).slice(0, MOVES_SHOWN);
  return [
    ...shown.map(
      ({ username, model, from, to }) =>
        `- ${code(username)} (${escapeText(model)}) #${from.id} → ${to ? `#${to.id}` : '🟡 waiting'}`,
    ),
    all.length > shown.length && `-# and ${count(all.length - shown.length)} more in the file`,
  ];
}

const isRetired = ({ kind }: PoolChange) => kind === 'deactivate' || kind === 'remove';

/** "**300 accounts**: 280 move, 20 lose their proxy and wait (amber 12, bella 8; 7 more proxies needed)" */
function accountsLine({ change, moved, stranded, models }: ChangePreview): string {
  const total = plural(moved + stranded, 'account');
  if (stranded === 0)
    return change.kind === 'rebalance' ? '' : `**${total}** ${moved === 1 ? 'moves' : 'move'} to other proxies`;
  const without = models.filter((model) => model.stranded > 0);
  const missing = sumOf(without, (model) => model.missingProxies);
  const isOne = stranded === 1;
  const stays = staysPut(change)
    ? `${isOne ? 'keeps its' : 'keep their'} proxy`
    : `**${isOne ? 'loses its proxy and waits' : 'lose their proxy and wait'}**`;
  const names = without.slice(0, MODELS_SHOWN).map((model) => `${escapeText(model.name)} ${count(model.stranded)}`);
  const more = without.length > MODELS_SHOWN ? ', …' : '';
  const help = missing > 0 ? `; ${plural(missing, 'more proxy', 'more proxies')} needed` : '';
  const why = `(${names.join(', ')}${more}${help})`;
  if (moved === 0) return `⚠️ **${total}** ${stays} ${why}`;
  return `⚠️ **${total}**: ${count(moved)} ${moved === 1 ? 'moves' : 'move'}, ${count(stranded)} ${stays} ${why}`;
}

function rebalanceLine({ name, moved, proxies }: ChangedModel): string {
  const uses = proxies ? `, ${proxies.before} → ${plural(proxies.after, 'proxy', 'proxies')}` : '';
  return `**${escapeText(name)}** ${plural(moved, 'move')}${uses}`;
}

/** The values that the edit sets, a line for each field, with the former ones. */
function editLines(edit: ProxyEdit, former: FormerFields): string[] {
  return EDITABLE_KEYS.flatMap((key) => {
    const value = edit[key];
    return value === undefined ? [] : [editText(detail(key), value, former[key])];
  });
}
