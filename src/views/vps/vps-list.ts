import type { VpsSummary } from '../../domain/vps-map.ts';
import { button, card, row, text } from '../kit/parts.ts';
import { table } from '../kit/table.ts';
import { count, cut, escapeText, plural } from '../kit/text.ts';
import type { View } from '../kit/view.ts';
import { vpsKeepId, vpsMapId, vpsRemoveId } from './ids.ts';

const COLUMNS = [
  { header: 'vps', max: 20 },
  { header: 'environment', max: 12 },
  { header: 'acc', max: 5, align: 'right' as const },
  { header: 'proxies', max: 7, align: 'right' as const },
  { header: 'links', max: 5, align: 'right' as const },
  { header: 'region', max: 10 },
];

/** All VPS, or those of an environment. */
export function vpsList({ rows, total }: { rows: readonly VpsSummary[]; total: number }, environment?: string): View {
  if (total === 0) {
    const where = environment === undefined ? '' : ` in ${escapeText(environment)}`;
    return {
      components: [
        card('muted', text(`### No VPS${where}`, '`/vps add` documents one; `/vps import` reads a spreadsheet.')),
      ],
    };
  }
  const lines = rows.map((each) => [
    ...[each.name, each.environment, count(each.accounts), count(each.proxies), count(each.links), each.region ?? ''],
  ]);
  return {
    components: [
      card(
        'neutral',
        text(
          `### ${plural(total, 'VPS', 'VPS')}${environment === undefined ? '' : ` in ${escapeText(environment)}`}`,
          table(COLUMNS, lines),
        ),
        total > rows.length &&
          text(`-# and ${count(total - rows.length)} more: \`/vps export\`, or filter by environment`),
      ),
    ],
  };
}

/** One VPS; `done` says what has just happened to it. */
export function vpsCard(vps: VpsSummary, done?: string): View {
  const pairs: [string, string | null][] = [
    ['Environment', vps.environment],
    ['Host', vps.host],
    ['Region', vps.region],
    ['Notes', vps.notes && cut(vps.notes, 500)],
  ];
  return {
    components: [
      card(
        done ? 'good' : 'neutral',
        text(`### VPS ${escapeText(vps.name)}`, done && `✅ ${done}`, figures(vps)),
        text(...pairs.map(([name, value]) => (value ? `**${name}** ${escapeText(value)}` : false))),
        row(button('Map', vpsMapId.encode({ vps: vps.id }))),
      ),
    ],
  };
}

function figures({ accounts, assigned, proxies, links }: VpsSummary): string {
  return `**${plural(accounts, 'account')}** (${count(assigned)} with a proxy) · **${plural(proxies, 'proxy', 'proxies')}** in use · **${plural(links, 'link')}**`;
}

/** What would become undocumented. */
export function removeQuestion(vps: VpsSummary): View {
  const { id, name, accounts, links } = vps;
  return {
    components: [
      card(
        'warn',
        text(
          `### Remove VPS ${escapeText(name)}?`,
          accounts > 0
            ? `**${plural(accounts, 'account')}** will belong to no VPS; they keep their proxies.`
            : 'It manages no account.',
          links > 0
            ? `**${plural(links, 'link')}** to proxies will be gone.`
            : 'Nothing is written down of its proxies.',
          'Its API tokens stop working at once.',
        ),
        row(button('Remove', vpsRemoveId.encode({ vps: id }), 'bad'), button('Cancel', vpsKeepId.encode({ vps: id }))),
      ),
    ],
  };
}

/** What a click on a question led to. */
export function vpsNote(line: string): View {
  return { components: [card('muted', text(line))] };
}
