import type { VpsPage, VpsSummary } from '../../domain/vps/vps-map.ts';
import { pageButtons, pageLine, pageRange } from '../../kit/paging.ts';
import { button, card, row, selectMenu, text } from '../../kit/parts.ts';
import { code, count, escapeText, plain, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { vpsKeepId, vpsMapId, vpsOpenId, vpsPageId, vpsRemoveId } from './ids.ts';

/** Lengths with which a page stays within Discord's limit. */
const LONGEST = { name: 30, environment: 15, region: 15 } as const;

/** A page of all VPS or of those in an environment. */
export function vpsList(page: VpsPage): View {
  const { rows, filter } = page;
  const { environment } = filter;
  const words = environment === undefined ? [] : [`environment ${code(truncate(environment, 60))}`];
  if (rows.length === 0) {
    const next = '`/vps add` documents one; `/vps import` reads a spreadsheet.';
    return {
      components: [card('muted', text('### No VPS', ...words.map((word) => `-# ${word}`), next))],
      audience: 'caller',
    };
  }
  return {
    components: [
      card(
        'neutral',
        text(`### VPS ${pageRange(page)}`, pageLine(page, words, 'all VPS')),
        text(...rows.map(vpsLine)),
        row(...pageButtons(vpsPageId, page)),
        selectMenu(
          vpsOpenId.encode({}),
          'Open a VPS',
          rows.map((each) => ({
            label: truncate(plain(each.name), 100) || `#${each.id}`,
            value: String(each.id),
            description: truncate(plain([each.environment, each.host, each.region].filter(Boolean).join(' · ')), 100),
          })),
        ),
      ),
    ],
  };
}

/** `**rigel** · production · 12 accounts · 4 proxies · 3 links · fsn1` */
function vpsLine({ name, environment, accounts, proxies, links, region }: VpsSummary): string {
  const parts = [
    `**${escapeText(truncate(name, LONGEST.name))}**`,
    escapeText(truncate(environment, LONGEST.environment)),
    plural(accounts, 'account'),
    plural(proxies, 'proxy', 'proxies'),
    links > 0 && plural(links, 'link'),
    region && escapeText(truncate(region, LONGEST.region)),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** One VPS; `done` is what has just been done. */
export function vpsCard(vps: VpsSummary, done?: string, note?: string): View {
  const pairs: [string, string | null][] = [
    ['Environment', vps.environment],
    ['Host', vps.host],
    ['Region', vps.region],
    ['Notes', vps.notes && truncate(vps.notes, 500)],
  ];
  return {
    components: [
      card(
        done ? 'success' : 'neutral',
        text(`### VPS ${escapeText(vps.name)}`, done && `✅ ${done}`, note, figures(vps)),
        text(...pairs.map(([name, value]) => (value ? `**${name}** ${escapeText(value)}` : false))),
        row(button('Map', vpsMapId.encode({ vps: vps.id }))),
      ),
    ],
  };
}

function figures({ accounts, assigned, proxies, links }: VpsSummary): string {
  return `**${plural(accounts, 'account')}** (${count(assigned)} with a proxy) · **${plural(proxies, 'proxy', 'proxies')}** in use · **${plural(links, 'link')}**`;
}

/** Confirmation of the removal of a VPS. */
export function removeQuestion(vps: VpsSummary): View {
  const { id, name, accounts, links } = vps;
  return {
    components: [
      card(
        'warn',
        text(
          `### Remove VPS ${escapeText(name)}?`,
          accounts > 0
            ? `**${plural(accounts, 'account')}** will have no VPS; they keep their proxies.`
            : 'It manages no accounts.',
          links > 0 ? `**${plural(links, 'link')}** to proxies will be removed.` : 'It has no documented proxies.',
          'Its API tokens stop working immediately.',
        ),
        row(
          button('Remove', vpsRemoveId.encode({ vps: id }), 'danger'),
          button('Cancel', vpsKeepId.encode({ vps: id })),
        ),
      ),
    ],
  };
}

/** The result of a confirmation. */
export function vpsNote(line: string): View {
  return { components: [card('muted', text(line))] };
}
