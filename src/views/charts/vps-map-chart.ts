import type { EChartsOption } from 'echarts';
import type { Chart } from '../../domain/picture.ts';
import type { MapFlow, VpsMap } from '../../domain/vps/vps-map.ts';
import { count, plural, truncate } from '../../kit/text.ts';
import { nameInPicture } from './name-in-picture.ts';
import { CHART_MARGIN, CHART_WIDTH, COLOR, INK, seriesColor, TEXT_SIZE } from './style.ts';

const HEADER = 34;
/** Height per name of the longest column. */
const ROW = 44;
const SHORTEST = 120;
const NODE_WIDTH = 10;
/** Width of a name and its count, between its node and the next one. */
const LABEL_WIDTH = 108;
/** Distance of the first nodes of two columns: the names are to the right of each node. */
const COLUMN_WIDTH = (CHART_WIDTH - 2 * CHART_MARGIN) / 3;
/** Keeps the names of the thinnest nodes apart, which take two lines. */
const NODE_GAP = 38;
/** Covers the bands behind a name, which would strike it through. */
const LABEL_CARD = { backgroundColor: 'rgba(27, 28, 32, 0.75)', borderRadius: 3, padding: [2, 3] };

const VPS_COLOR = COLOR.blue;

const COLUMNS = ['vps', 'proxies', 'models'] as const;
type Column = (typeof COLUMNS)[number];
/** Null is the group of all smaller ones. */
type Name = string | null;
interface Node {
  name: Name;
  accounts: number;
}

/** VPS, the proxies that they use, and the models: a wider band means more accounts. Null if no proxy is used. */
export function vpsMapChart(map: VpsMap): Chart<EChartsOption> | null {
  if (map.toProxies.length === 0) return null;
  const columns = columnsOf(map);
  const most = Math.max(...Object.values(columns).map((names) => names.length));
  const height = CHART_MARGIN + HEADER + Math.max(SHORTEST, most * ROW) + CHART_MARGIN;
  return { name: 'vps-map', width: CHART_WIDTH, height, alt: describe(map), option: optionOf(map, columns) };
}

function columnsOf({ toProxies, toModels }: VpsMap): Record<Column, Node[]> {
  return { vps: nodesOf(toProxies, 'from'), proxies: nodesOf(toProxies, 'to'), models: nodesOf(toModels, 'to') };
}

/** Names that the chart shows as a number, because the font lacks glyphs for them. */
export function numberedInMap(map: VpsMap): { column: Column; number: number; name: string }[] {
  const columns = columnsOf(map);
  return COLUMNS.flatMap((column) =>
    columns[column].flatMap(({ name }, at) => {
      const number = at + 1;
      return name !== null && nameInPicture(name, number) === `#${number}` ? [{ column, number, name }] : [];
    }),
  );
}

/** The largest first, the group of the smaller ones last. */
function nodesOf(flows: readonly MapFlow[], end: 'from' | 'to'): Node[] {
  const sums = new Map<Name, number>();
  for (const flow of flows) sums.set(flow[end], (sums.get(flow[end]) ?? 0) + flow.accounts);
  const rank = ({ name, accounts }: Node) => (name === null ? -1 : accounts);
  return [...sums].map(([name, accounts]) => ({ name, accounts })).toSorted((a, b) => rank(b) - rank(a));
}

function optionOf(map: VpsMap, columns: Record<Column, Node[]>): EChartsOption {
  const label = {
    color: INK.text,
    fontSize: TEXT_SIZE,
    lineHeight: TEXT_SIZE + 3,
    ...LABEL_CARD,
    width: LABEL_WIDTH,
    overflow: 'truncate',
    position: 'right',
    distance: 3,
  };
  const nodes = COLUMNS.flatMap((column, depth) =>
    columns[column].map(({ name, accounts }, at) => ({
      name: keyOf(column, name),
      depth,
      itemStyle: { color: name === null ? COLOR.grey : colorOf(column, at), borderWidth: 0 },
      label: {
        ...label,
        formatter: `${shownName(map, column, name, at)}\n${count(accounts)}`,
      },
    })),
  );
  const links = [
    ...map.toProxies.map((flow) => linkOf(flow, 'vps', 'proxies')),
    ...map.toModels.map((flow) => linkOf(flow, 'proxies', 'models')),
  ];
  const heading = (text: string, column: number) => ({
    text,
    left: CHART_MARGIN + column * COLUMN_WIDTH,
    top: CHART_MARGIN,
    padding: 0,
    textStyle: { color: INK.muted, fontSize: TEXT_SIZE, fontWeight: 'normal' as const },
  });
  return {
    backgroundColor: INK.card,
    title: [heading('VPS', 0), heading(map.grouping === 'proxy' ? 'Proxies' : 'Providers', 1), heading('Models', 2)],
    series: [
      {
        type: 'sankey',
        left: CHART_MARGIN,
        right: CHART_MARGIN + COLUMN_WIDTH - NODE_WIDTH,
        top: CHART_MARGIN + HEADER,
        bottom: CHART_MARGIN,
        nodeWidth: NODE_WIDTH,
        nodeGap: NODE_GAP,
        layoutIterations: 0,
        nodeAlign: 'justify',
        data: nodes,
        links,
        lineStyle: { color: 'gradient', opacity: 0.35, curveness: 0.5 },
      },
    ],
  } as EChartsOption;
}

function shownName({ others }: VpsMap, column: Column, name: Name, at: number): string {
  return name === null ? `${count(others[column])} others` : nameInPicture(name, at + 1);
}

function colorOf(column: Column, at: number): string {
  if (column === 'vps') return VPS_COLOR;
  return column === 'proxies' ? COLOR.grey : seriesColor(at);
}

/** Distinguishes equal names of two columns; the group of a column has no name, and so no colon. */
const keyOf = (column: Column, name: Name) => (name === null ? column : `${column}:${name}`);

function linkOf({ from, to, accounts }: MapFlow, source: Column, target: Column) {
  return { source: keyOf(source, from), target: keyOf(target, to), value: accounts };
}

const NAMED = 5;

/** The alternative text. */
function describe({ figures, toProxies, grouping }: VpsMap): string {
  const uses = toProxies
    .filter(({ from, to }) => from !== null && to !== null)
    .slice(0, NAMED)
    .map(({ from, to, accounts }) => `${from} has ${plural(accounts, 'account')} on ${to}`);
  const by = grouping === 'proxy' ? 'proxy by proxy' : 'by provider';
  const who = `${plural(figures.vps, 'VPS', 'VPS')} use ${plural(figures.proxies, 'proxy', 'proxies')} for ${plural(figures.assigned, 'account')}`;
  return truncate(`${who}, ${by}.${uses.length > 0 ? ` ${uses.join('; ')}.` : ''}`, 1_000);
}
