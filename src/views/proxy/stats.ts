import { z } from 'zod';
import type { Picture } from '../../domain/picture.ts';
import type { Counted } from '../../domain/pool-figures.ts';
import type { ModelFigures, PoolStats } from '../../domain/stats.ts';
import { sum, sumOf } from '../../domain/sum.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { HEALTH_GLYPH, STATE_GLYPH, STATE_NAME } from '../../kit/glyphs.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { count, countedNote, escapeText, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { successRate } from '../charts/check-panels.ts';
import { drawnChart } from '../charts/drawn-chart.ts';
import { numberedNames } from '../charts/stats-chart.ts';

/** The lists that the buttons open. */
const LISTS = ['waiting', 'failing', 'expiring', 'free'] as const;
/** Opens a list, of one model or of all (0). */
export const statsListId = defineId('stats.list', { list: z.enum(LISTS), model: idNumber });

/**
 * The most important figures, the charts, and buttons for the lists.
 *
 * @param drawn the chart of the pool; undefined if it could not be drawn
 * @param checks the chart of the checks; null if there are too few for one
 */
export function statsView(
  stats: Counted<PoolStats>,
  drawn: Picture | undefined,
  checks: Picture | undefined | null = null,
): View {
  if (isEmptyPool(stats)) return { components: [emptyPool(stats)] };
  const short = stats.models.filter((model) => model.waiting > 0).toSorted((a, b) => b.missing - a.missing);
  const files = [drawn, checks].flatMap((each) => (each ? [{ name: each.fileName, data: each.png }] : []));
  const isTroubled = stats.accounts.waiting > 0 || stats.lists.failing > 0;
  return {
    components: [
      card(
        isTroubled ? 'warn' : 'success',
        text(
          `### ${stats.model ? escapeText(truncate(stats.model.name, 60)) : 'The pool'}`,
          ...figures(stats),
          countedNote(stats),
        ),
        short.length > 0 && text(missingProxies(short)),
        short.length > MODELS_SHOWN &&
          text(`-# and ${count(short.length - MODELS_SHOWN)} more; see \`/account models\``),
        drawnChart(drawn),
        // One line says that a chart is missing, also if both are.
        checks !== null && (checks || drawn) && drawnChart(checks),
        namesNote(stats),
        row(...listButtons(stats)),
      ),
    ],
    ...(files.length > 0 && { files }),
  };
}

/** Whether there is nothing to draw. */
export function isEmptyPool({ loads, accounts }: PoolStats): boolean {
  return sum(loads) === 0 && sum(Object.values(accounts)) === 0;
}

function emptyPool({ model }: PoolStats) {
  return model
    ? card(
        'muted',
        text(
          `### ${escapeText(truncate(model.name, 60))}`,
          'No accounts and no proxies in use. Add an account with `/account add`.',
        ),
      )
    : card('muted', text('### No data yet', 'Upload your provider’s file with `/proxy import` to get started.'));
}

function figures(stats: PoolStats): string[] {
  const { model, accounts, unused, missing, lists } = stats;
  // The slots on the proxies that the button opens: of one model, those on its own proxies.
  const freeSlots = model ? sumOf(stats.models, (each) => each.freeSlots) : stats.freeSlots;
  const bold = (value: number, words: string) => `**${count(value)}** ${words}`;
  return [
    [
      `${STATE_GLYPH.assigned} ${bold(accounts.assigned, 'assigned')}`,
      `${STATE_GLYPH.waiting} ${bold(accounts.waiting, 'waiting')}`,
      accounts.held > 0 && `${STATE_GLYPH.held} ${bold(accounts.held, STATE_NAME.held)}`,
    ],
    [
      bold(freeSlots, `free ${freeSlots === 1 ? 'slot' : 'slots'}`) +
        (freeSlots > 0 ? ` on ${plural(lists.free, 'proxy', 'proxies')}` : '') +
        (unused > 0 && !model ? ` (${count(unused)} unused)` : ''),
      model && unused > 0 && bold(unused, `unused ${unused === 1 ? 'proxy' : 'proxies'}`),
      `**${count(missing)}** ${missing === 1 ? 'proxy' : 'proxies'} missing`,
    ],
    [`${HEALTH_GLYPH.failing} ${bold(lists.failing, 'failing')}`, bold(lists.expiring, 'expiring in 7 days')],
    [successRate(stats)],
  ]
    .map((line) => line.filter(Boolean).join(' · '))
    .filter((line) => line !== '');
}

const MODELS_SHOWN = 8;
const LONGEST_MODEL = 30;

/** `🟡 Esme · 10 waiting · 4 proxies missing`; the models that need the most proxies first. */
function missingProxies(models: readonly ModelFigures[]): string {
  const lines = models.slice(0, MODELS_SHOWN).map(({ name, waiting, missing }) => {
    const shown = escapeText(truncate(name, LONGEST_MODEL));
    return `${STATE_GLYPH.waiting} ${shown} · ${count(waiting)} waiting · ${plural(missing, 'proxy', 'proxies')} missing`;
  });
  return lines.join('\n');
}

/** Names that the chart shows as numbers. */
function namesNote(stats: PoolStats) {
  const names = numberedNames(stats).map(({ number, name }) => `#${number} ${escapeText(truncate(name, 30))}`);
  return names.length > 0 && text(`-# In the chart: ${names.join(' · ')}`);
}

function listButtons({ model, accounts, lists }: PoolStats) {
  const open = (list: (typeof LISTS)[number], label: string, total: number) =>
    button(`${label} ${count(total)}`, statsListId.encode({ list, model: model?.id ?? 0 }), 'secondary', total === 0);
  return [
    open('waiting', 'Waiting', accounts.waiting),
    open('failing', 'Failing', lists.failing),
    open('expiring', 'Expiring', lists.expiring),
    open('free', 'Free', lists.free),
  ];
}
