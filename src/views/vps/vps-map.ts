import type { Picture } from '../../domain/picture.ts';
import type { Counted } from '../../domain/pool-figures.ts';
import { DRIFTS, type Drift, type VpsMap, type VpsRelation } from '../../domain/vps/vps-map.ts';
import { file as attached, button, card, row, text } from '../../kit/parts.ts';
import { count, countedNote, escapeText, formatActor, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { drawnChart } from '../charts/drawn-chart.ts';
import { numberedInMap } from '../charts/vps-map-chart.ts';
import { shortAddress } from '../short-address.ts';
import { vpsDriftId, vpsMendId } from './ids.ts';

/** Scope of a map in custom ids: a VPS, the environment of a VPS (`environment`), or everything (0 and 0). */
export interface MapScopeIds {
  vps: number;
  environment: number;
}

const NO_DRIFT = '✅ No drift: the documentation matches actual use.';

/** As many relations as a message holds, with their names and hosts at their longest. */
const LISTED = 21;
const LONGEST_NAME = 30;

const NO_VPS =
  '`/vps add` documents one, `/vps assign` records which accounts it manages, `/vps import` reads a spreadsheet.';

const DRIFT_WORDS: Record<Drift, { says: (count: number) => string; button: (count: number) => string }> = {
  unused: {
    says: (all) => `📎 **${plural(all, 'unused link')}**`,
    button: (all) => `Unlink ${count(all)}`,
  },
  undocumented: {
    says: (all) => `✏️ **${plural(all, 'undocumented VPS–proxy relation')}**`,
    button: (all) => `Document ${count(all)}`,
  },
  shared: {
    says: (all) => `⚠️ **${plural(all, 'proxy', 'proxies')}** with more than one VPS`,
    button: (all) => `Move ${count(all)}`,
  },
};

/** The figures, the chart, and the drift with a button that resolves each kind. */
export function vpsMapView(map: Counted<VpsMap>, ids: MapScopeIds, drawn?: Picture, notice?: string): View {
  const { figures, drift } = map;
  if (figures.vps === 0) return { components: [card('muted', text('### No VPS yet', NO_VPS))], audience: 'caller' };
  const drifting = DRIFTS.filter((kind) => drift[kind] > 0);
  // Proxies with a second VPS that is only documented are resolved by unlinking it.
  const mendable = { ...drift, shared: map.crowded };
  return {
    components: [
      card(
        drift.shared > 0 ? 'warn' : 'success',
        text(`### ${titleOf(map)}`, notice, figuresOf(map), countedNote(map)),
        map.toProxies.length > 0 && drawnChart(drawn),
        drawn && grouped(map),
        drawn && numbered(map),
        figures.assigned === 0 &&
          text(
            '-# None of its accounts uses a proxy, so there is no chart. `/vps assign` records which accounts it manages.',
          ),
        drifting.length > 0
          ? text(
              '**Drift**',
              ...drifting.map((kind) => `${DRIFT_WORDS[kind].says(drift[kind])}${samplesOf(map, kind)}`),
            )
          : text(NO_DRIFT),
        row(
          ...drifting
            .filter((kind) => mendable[kind] > 0)
            .map((kind) =>
              button(
                DRIFT_WORDS[kind].button(mendable[kind]),
                vpsMendId.encode({ drift: kind, shown: drift[kind], ...ids }),
                kind === 'undocumented' ? 'primary' : 'secondary',
              ),
            ),
          drifting.length > 0 && button('Details', vpsDriftId.encode({ ...ids })),
        ),
      ),
    ],
    ...(drawn && { files: [{ name: drawn.fileName, data: drawn.png }] }),
  };
}

function titleOf({ vps, environment, figures }: VpsMap): string {
  if (vps) return `VPS ${escapeText(vps.name)}`;
  return environment === null
    ? `${plural(figures.vps, 'VPS', 'VPS')}`
    : `${escapeText(environment)}: ${plural(figures.vps, 'VPS', 'VPS')}`;
}

function figuresOf({ figures }: VpsMap): string {
  const { accounts, assigned, proxies, links, models } = figures;
  const idle = accounts - assigned;
  return [
    `**${count(accounts)}** ${accounts === 1 ? 'account' : 'accounts'} of ${plural(models, 'model')}${idle > 0 ? ` (${count(idle)} without a proxy)` : ''}`,
    `**${count(proxies)}** ${proxies === 1 ? 'proxy' : 'proxies'} in use`,
    `**${count(links)}** documented`,
  ].join(' · ');
}

/** The result of resolving drift. */
export function resolvedDrift(kind: 'undocumented' | 'unused', shown: number, by: string): string {
  return kind === 'unused'
    ? `✅ **${plural(shown, 'link')}** removed · ${formatActor(by)}`
    : `✅ **${plural(shown, 'relation')}** documented · ${formatActor(by)}`;
}

/** Explains the groups of the chart, which does not show every item. */
function grouped({ others, grouping, vps }: VpsMap): ReturnType<typeof text> | false {
  const kinds: [number, string][] = [
    [others.vps, plural(others.vps, 'smaller VPS', 'smaller VPS')],
    [
      others.proxies,
      plural(
        others.proxies,
        grouping === 'proxy' ? 'proxy' : 'provider',
        grouping === 'proxy' ? 'proxies' : 'providers',
      ),
    ],
    [others.models, plural(others.models, 'model')],
  ];
  const parts = kinds.filter(([number]) => number > 0).map(([, words]) => words);
  if (parts.length === 0) return false;
  return text(
    `-# The chart shows the largest; ${parts.join(', ')} are grouped.${vps ? '' : ' `/vps map` of one VPS or environment shows more.'}`,
  );
}

const COLUMN_WORDS = { vps: 'VPS', proxies: 'provider', models: 'model' } as const;
const NUMBERED = 20;

/** Names that the chart shows as numbers. */
function numbered(map: VpsMap): ReturnType<typeof text> | false {
  const names = numberedInMap(map)
    .slice(0, NUMBERED)
    .map(
      ({ column, number, name }) => `${COLUMN_WORDS[column]} #${number} ${escapeText(truncate(name, LONGEST_NAME))}`,
    );
  return names.length > 0 && text(`-# In the chart: ${names.join(' · ')}`);
}

/** A few examples: proxies if shared, otherwise VPS with proxy. */
function samplesOf({ samples }: VpsMap, kind: Drift): string {
  const names = samples[kind].map(({ proxyId, vps }) =>
    kind === 'shared' ? `#${proxyId}` : `${escapeText(truncate(vps, LONGEST_NAME))} #${proxyId}`,
  );
  const shown = [...new Set(names)];
  return shown.length > 0 ? `: ${shown.join(', ')}${samples[kind].length >= 5 ? ' …' : ''}` : '';
}

/** `rigel · #12 198.51.100.7:8080 · 3 accounts · not documented` */
function relationLine({ vps, proxyId, host, port, accounts, isDocumented }: VpsRelation): string {
  return [
    escapeText(truncate(vps, LONGEST_NAME)),
    `#${proxyId} ${shortAddress(host, port)}`,
    accounts > 0 ? plural(accounts, 'account') : 'no accounts',
    isDocumented ? 'documented' : 'not documented',
  ].join(' · ');
}

/** Every kind of drift with its first relations; the attached list has all of them. */
export function driftDetails(
  found: Record<Drift, readonly VpsRelation[]>,
  file?: { name: string; data: Buffer | string },
): View {
  const kinds = DRIFTS.filter((kind) => found[kind].length > 0);
  if (kinds.length === 0) return { components: [card('success', text(NO_DRIFT))] };
  const listed = Math.floor(LISTED / kinds.length);
  return {
    components: [
      card(
        'warn',
        ...kinds.map((kind) =>
          text(
            kind === 'shared'
              ? `⚠️ **${plural(new Set(found.shared.map((each) => each.proxyId)).size, 'proxy', 'proxies')}** with more than one VPS`
              : DRIFT_WORDS[kind].says(found[kind].length),
            ...found[kind].slice(0, listed).map(relationLine),
            found[kind].length > listed && `-# and ${count(found[kind].length - listed)} more in the attached list`,
          ),
        ),
        file && attached(file.name),
      ),
    ],
    ...(file && { files: [file] }),
  };
}
