import type { BarSeriesOption, EChartsOption, GridComponentOption } from 'echarts';
import type { Chart } from '../../domain/picture.ts';
import type { Loads, PoolStats } from '../../domain/stats.ts';
import { sum, sumOf } from '../../domain/sum.ts';
import { count } from '../../kit/text.ts';
import { joinParts } from './join-parts.ts';
import { nameInPicture } from './name-in-picture.ts';
import { blueAt, CHART_MARGIN, CHART_WIDTH, COLOR, INK, panelTitle, TEXT_SIZE } from './style.ts';

const GAP = 20;
const PANEL_WIDTH = CHART_WIDTH - 2 * CHART_MARGIN;
const NAME_WIDTH = 112;
const TOTAL_WIDTH = 66;
const HEADER = 56;
const ROW = 24;
/** Rows of a panel, including "all" and "others", since an image cannot be paged. */
const MAX_ROWS = 9;

interface Bar {
  name: string;
  values: readonly number[];
}

interface Panel {
  title: string;
  segments: readonly { name: string; color: string }[];
  bars: readonly Bar[];
}

/** Accounts per proxy by model above health by provider. */
export function statsChart(stats: PoolStats): Chart<EChartsOption> {
  const panels = [usePanel(stats), healthPanel(stats)];
  const tops = [CHART_MARGIN, CHART_MARGIN + heightOf(panels[0]) + GAP];
  const parts = panels.map((panel, index) => barPanel(panel, index, tops[index] ?? 0));
  return {
    name: 'stats',
    width: CHART_WIDTH,
    height: (tops[1] ?? 0) + heightOf(panels[1]) + CHART_MARGIN,
    alt: describe(stats),
    option: {
      backgroundColor: INK.card,
      ...joinParts(parts, ['title', 'legend', 'grid', 'xAxis', 'yAxis', 'series']),
    },
  };
}

const heightOf = (panel: Panel | undefined) => HEADER + (panel?.bars.length ?? 0) * ROW;

/** A proxy without accounts recedes behind the others. */
const UNUSED = '#3f5a73';

/** `0/3` to `3/3`, and proxies over the limit. */
function loadSegments(limit: number): Panel['segments'] {
  const within = Array.from({ length: limit + 1 }, (_, load) => ({
    name: `${load}/${limit}`,
    color: load === 0 ? UNUSED : blueAt(limit > 1 ? (load - 1) / (limit - 1) : 1),
  }));
  return [...within, { name: 'overloaded', color: COLOR.purple }];
}

function usePanel({ model, models, loads, limit }: PoolStats): Panel {
  const values = (each: Loads) => [...each.slice(0, limit + 1), sum(each.slice(limit + 1))];
  const named = models.map((each) => ({ name: nameInPicture(each.name, each.id), values: values(each.loads) }));
  const all = { name: 'all proxies', values: values(loads) };
  const bars = model ? named : [all, ...largest(named)];
  return { title: 'Accounts per proxy, by model', segments: loadSegments(limit), bars };
}

const HEALTHS = ['healthy', 'degraded', 'failing', 'unknown'] as const;
const HEALTH_COLORS = { healthy: COLOR.green, degraded: COLOR.yellow, failing: COLOR.vermilion, unknown: COLOR.grey };

function healthPanel({ providers }: PoolStats): Panel {
  const named = providers.map(({ provider, health }, index) => ({
    name: provider === null ? 'no provider' : nameInPicture(provider, index + 1),
    values: HEALTHS.map((each) => health[each]),
  }));
  const bars = named.length > 1 ? [together('all proxies', named), ...largest(named)] : named;
  const segments = HEALTHS.map((name) => ({ name, color: HEALTH_COLORS[name] }));
  return { title: 'Health, by provider', segments, bars };
}

/** How many bars of a panel are named, besides "all" and "others". */
function shownOf(bars: number): number {
  return bars < MAX_ROWS ? bars : MAX_ROWS - 2;
}

/** The bars with the most proxies; the others are summed in one bar. */
function largest(bars: readonly Bar[]): Bar[] {
  const rest = bars.slice(shownOf(bars.length));
  const shown = bars.slice(0, shownOf(bars.length));
  return rest.length > 0 ? [...shown, together(`${count(rest.length)} others`, rest)] : shown;
}

/** Names that the chart shows as a number, because the font lacks glyphs for them. */
export function numberedNames({ models, providers }: PoolStats): { number: number; name: string }[] {
  const shown = [
    ...models.slice(0, shownOf(models.length)).map(({ id, name }) => ({ number: id, name })),
    ...providers
      .slice(0, shownOf(providers.length))
      .map(({ provider }, index) => ({ number: index + 1, name: provider ?? 'no provider' })),
  ];
  return shown.filter(({ number, name }) => nameInPicture(name, number) === `#${number}`);
}

function together(name: string, bars: readonly Bar[]): Bar {
  const values = bars[0]?.values.map((_, index) => sumOf(bars, (bar) => bar.values[index] ?? 0)) ?? [];
  return { name, values };
}

/** Bars of equal length, so that shares can be compared; the number of proxies is at the end of each bar. */
function barPanel({ title, segments, bars }: Panel, index: number, top: number): EChartsOption {
  const grid: GridComponentOption = {
    left: CHART_MARGIN + NAME_WIDTH,
    top: top + HEADER,
    width: PANEL_WIDTH - NAME_WIDTH - TOTAL_WIDTH,
    height: bars.length * ROW,
  };
  const axis = { gridIndex: index, axisLine: { show: false }, axisTick: { show: false } };
  const names = { type: 'category' as const, inverse: true, ...axis };
  const label = { color: INK.muted, fontSize: TEXT_SIZE };
  return {
    title: panelTitle(title, CHART_MARGIN, top),
    legend: {
      left: CHART_MARGIN - 5,
      top: top + 24,
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 12,
      data: segments.map(({ name }) => name),
      textStyle: label,
    },
    grid,
    xAxis: { type: 'value', min: 0, max: 1, show: false, gridIndex: index },
    yAxis: [
      {
        ...names,
        data: bars.map(({ name }) => name),
        axisLabel: { ...label, color: INK.text, width: NAME_WIDTH - 12, overflow: 'truncate' },
      },
      {
        ...names,
        position: 'right',
        data: bars.map(({ values }) => count(sum(values))),
        axisLabel: label,
      },
    ],
    series: segments.map(
      ({ name, color }, segment): BarSeriesOption => ({
        type: 'bar',
        name,
        stack: title,
        xAxisIndex: index,
        yAxisIndex: index * 2,
        barWidth: ROW - 8,
        itemStyle: { color, borderColor: INK.card, borderWidth: 1 },
        // An empty segment is omitted, since its border would be drawn.
        data: bars.map(({ values }) => (values[segment] ? values[segment] / sum(values) : '-')),
      }),
    ),
  };
}

/** The alternative text. */
function describe({ model, loads, limit, providers }: PoolStats): string {
  const whose = model ? `Proxies of one model` : 'All proxies';
  const use = loads.flatMap((proxies, load) => (proxies > 0 ? [`${count(proxies)} at ${load}/${limit}`] : []));
  const health = HEALTHS.flatMap((each) => {
    const proxies = sumOf(providers, (provider) => provider.health[each]);
    return proxies > 0 ? [`${count(proxies)} ${each}`] : [];
  });
  return `${whose} by load: ${use.join(', ')}. By health: ${health.join(', ')}.`;
}
