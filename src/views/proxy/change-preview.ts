import type { ProxyFilter } from '../../domain/proxies/filters.ts';
import {
  type ChangedModel,
  type ChangePreview,
  type ChangeResult,
  type PoolChange,
  type ProxyEdit,
  staysPut,
  unchangedReason,
} from '../../domain/proxies/pool-change.ts';
import { closedLine } from '../../kit/closed-line.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, file, row, text } from '../../kit/parts.ts';
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

export const changeApplyId = defineId('change.apply', { plan: idNumber });
export const changeCancelId = defineId('change.cancel', { plan: idNumber });

type Kind = PoolChange['kind'];

interface Words {
  /** Above the preview, before the number of proxies. */
  title: string;
  done(proxies: string): string;
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
  activate: { title: 'Activate', done: (proxies) => `${proxies} activated`, button: 'Apply', look: 'success' },
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
    ? { ...WORDS.deactivate, title: 'Block', done: (proxies) => `${proxies} blocked` }
    : WORDS[change.kind];

const MODELS_SHOWN = 10;

/** The command that plans such a change again. */
function commandOf({ kind }: PoolChange): string {
  if (kind === 'separate') return '/vps map';
  return kind === 'move' ? '/proxy show' : `/proxy ${kind}`;
}

/** A planned change: the number of proxies, what happens to their accounts, which accounts wait, and the button. */
export function changePreview(
  preview: ChangePreview,
  options: { notice?: string | undefined; moves?: ViewFile } = {},
): View {
  const { change, state, result, planId: plan } = preview;
  const { moves } = options;
  const words = wordsOf(change);
  const isOpen = state === 'open';
  const tone = result ? 'success' : !isOpen ? 'muted' : preview.stranded > 0 ? 'warn' : 'neutral';
  return {
    components: [
      card(
        tone,
        text(
          headline(preview, words),
          describeTarget(change),
          noticeLine(options.notice),
          result ? resultLine(result, words) : closedLine(state, commandOf(change)),
        ),
        isOpen && text(...details(preview)),
        moves && file(moves.name),
        row(
          isOpen && button(words.button, changeApplyId.encode({ plan }), words.look),
          isOpen && button('Cancel', changeCancelId.encode({ plan })),
        ),
      ),
    ],
    ...(moves && { files: [moves] }),
  };
}

function headline({ change, count: proxies, moved, state }: ChangePreview, { title }: Words): string {
  if (change.kind === 'rebalance') {
    const goal = change.goal === 'spread' ? 'spread evenly' : 'onto the fewest proxies';
    return state === 'open' ? `### Rebalance ${goal}: ${plural(moved, 'move')}` : `### Rebalance ${goal}`;
  }
  return proxies > 0 ? `### ${title} ${plural(proxies, 'proxy', 'proxies')}` : `### ${title}`;
}

function resultLine({ by, at, count: proxies, moved, stranded, served }: ChangeResult, { done }: Words): string {
  const parts = [
    moved > 0 && `${plural(moved, 'account')} moved`,
    stranded > 0 && `no proxy available for ${count(stranded)}`,
    served > 0 && `${plural(served, 'waiting account')} got a proxy`,
  ].filter((part) => part !== false);
  return `✅ **${done(plural(proxies, 'proxy', 'proxies'))}**${parts.length > 0 ? ` · ${parts.join(' · ')}` : ''} · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`;
}

function describeTarget(change: PoolChange): string | false {
  if (change.kind === 'rebalance') return change.model !== undefined && `-# model ${code(truncate(change.model, 60))}`;
  const parts: string[] = 'filter' in change.target ? filterParts(change.target.filter) : [];
  if ('reason' in change && change.reason) parts.push(`reason: ${escapeText(truncate(change.reason, 200))}`);
  return parts.length > 0 && `-# ${parts.join(' · ')}`;
}

/** A filter as text: `provider acme · status active`. */
export function filterParts(filter: ProxyFilter): string[] {
  return Object.entries(filter).flatMap(([key, value]) => (value ? [`${key} ${code(truncate(value, 60))}`] : []));
}

function details(preview: ChangePreview): (string | false)[] {
  const { change, moved, stranded, unchanged, models, sample } = preview;
  return [
    change.kind === 'edit' && editLine(change.edit),
    moved + stranded > 0 && accountsLine(preview),
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

/** "**300 accounts**: 280 move, 20 wait (amber 12, bella 8; 7 more proxies needed)" */
function accountsLine({ change, moved, stranded, models }: ChangePreview): string {
  const total = plural(moved + stranded, 'account');
  if (stranded === 0)
    return change.kind === 'rebalance' ? '' : `**${total}** ${moved === 1 ? 'moves' : 'move'} to other proxies`;
  const without = models.filter((model) => model.stranded > 0);
  const missing = without.reduce((sum, model) => sum + model.missingProxies, 0);
  const stays = staysPut(change) ? 'keep their proxy' : '**will wait**';
  const names = without.slice(0, MODELS_SHOWN).map((model) => `${escapeText(model.name)} ${count(model.stranded)}`);
  const more = without.length > MODELS_SHOWN ? ', …' : '';
  const help = missing > 0 ? `; ${plural(missing, 'more proxy', 'more proxies')} needed` : '';
  return `**${total}**: ${count(moved)} move, ${count(stranded)} ${stays} (${names.join(', ')}${more}${help})`;
}

function rebalanceLine({ name, moved, proxies }: ChangedModel): string {
  const uses = proxies ? `, ${proxies.before} → ${plural(proxies.after, 'proxy', 'proxies')}` : '';
  return `**${escapeText(name)}** ${plural(moved, 'move')}${uses}`;
}

const FIELD_NAMES: Record<Exclude<keyof ProxyEdit, 'tags'>, string> = {
  label: 'Label',
  notes: 'Notes',
  provider: 'Provider',
  country: 'Country',
  city: 'City',
  expiresAt: 'Expires',
  monthlyCost: 'Cost',
};

function editLine(edit: ProxyEdit): string {
  const fields = Object.entries(FIELD_NAMES).flatMap(([key, name]) => {
    const value = edit[key as keyof typeof FIELD_NAMES];
    if (value === undefined) return [];
    return value === null ? [`**${name}** cleared`] : [`**${name}** ${code(truncate(String(value), 80))}`];
  });
  return [...fields, ...tagParts(edit)].join(' · ');
}

function tagParts({ tags }: ProxyEdit): string[] {
  if (!tags) return [];
  if ('set' in tags) return [tags.set.length > 0 ? `**Tags** ${tags.set.map(code).join(' ')}` : '**Tags** cleared'];
  return [
    `**Tags** ${[...tags.add.map((tag) => code(`+${tag}`)), ...tags.drop.map((tag) => code(`-${tag}`))].join(' ')}`,
  ];
}
