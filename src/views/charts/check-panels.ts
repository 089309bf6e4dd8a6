import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { Chart } from '../../domain/picture.ts';
import type { CheckFigures, PoolStats } from '../../domain/stats.ts';
import { sumOf } from '../../domain/sum.ts';
import { count, plural } from '../../kit/text.ts';
import { joinParts } from './join-parts.ts';
import { CHART_MARGIN, CHART_WIDTH, COLOR, INK, panelTitle, TEXT_SIZE } from './style.ts';

interface Place {
  /** Index of its grid in the chart. */
  index: number;
  top: number;
}

const HEADER = 30;
const PANEL_HEIGHT = 116;
const GAP = 16;
const AXIS_WIDTH = 68;
const AXIS_HEIGHT = 24;

/** One point is a figure, which the message has in words: a line needs two. */
const isLine = (points: readonly Point[]) => points.filter(([, value]) => value !== null).length > 1;

/** Success rate and latency of recent checks; null if there are too few for a line. */
export function checksChart(stats: PoolStats): Chart<EChartsOption> | null {
  const lines = [successLine(stats), latencyLine(stats)].filter(({ points }) => isLine(points));
  if (lines.length === 0) return null;
  const panels = lines.map((line, index) =>
    linePanel(line, { index, top: CHART_MARGIN + index * (PANEL_HEIGHT + GAP) }),
  );
  return {
    name: 'checks',
    width: CHART_WIDTH,
    height: 2 * CHART_MARGIN + lines.length * PANEL_HEIGHT + (lines.length - 1) * GAP,
    alt: `${successRate(stats) ?? 'No checks yet'}.`,
    option: {
      useUTC: true,
      backgroundColor: INK.card,
      ...joinParts(panels, ['title', 'grid', 'xAxis', 'yAxis', 'series']),
    },
  };
}

/** `97 % of 1,204 checks succeeded in 7 days`; undefined without checks. */
export function successRate({ checks, days }: PoolStats): string | undefined {
  const all = sumOf(checks, (each) => each.checks);
  if (all === 0) return undefined;
  const succeeded = sumOf(checks, (each) => each.succeeded);
  return `${Math.round((100 * succeeded) / all)} % of ${count(all)} checks succeeded in ${plural(days, 'day')}`;
}

/** Possible starts of the scale of a rate, so that 97 and 99 percent look different. */
const RATE_SCALES = [90, 80, 50, 0];

/** Success rate of checks, in percent. */
function successLine({ checks, days }: PoolStats): Line {
  const rates = checks.map((each) => (each.checks > 0 ? Math.round((1000 * each.succeeded) / each.checks) / 10 : null));
  const lowest = Math.min(100, ...rates.filter((rate) => rate !== null));
  const min = RATE_SCALES.find((start) => start <= lowest) ?? 0;
  const title = `Successful checks, ${plural(days, 'day')}`;
  return {
    title,
    min,
    max: 100,
    interval: (100 - min) / 2,
    format: '{value} %',
    color: COLOR.green,
    points: points(checks, rates),
  };
}

/** Mean latency of successful checks. */
function latencyLine({ checks, days }: PoolStats): Line {
  const values = checks.map((each) => each.latencyMs);
  const title = `Latency, ${plural(days, 'day')}`;
  return { title, min: 0, format: '{value} ms', color: COLOR.sky, points: points(checks, values) };
}

type Point = [number, number | null];

interface Line {
  title: string;
  min: number;
  max?: number;
  interval?: number;
  format: string;
  color: string;
  points: Point[];
}

function points(checks: readonly CheckFigures[], values: readonly (number | null)[]): Point[] {
  return checks.map(({ at }, index) => [at.getTime(), values[index] ?? null]);
}

function linePanel(line: Line, { index, top }: Place): EChartsOption {
  const label = { color: INK.muted, fontSize: TEXT_SIZE };
  const series: LineSeriesOption = {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    data: line.points,
    symbol: 'circle',
    symbolSize: line.points.length > 24 ? 3 : 5,
    itemStyle: { color: line.color },
    lineStyle: { width: 2 },
    areaStyle: { color: line.color, opacity: 0.15 },
  };
  return {
    title: panelTitle(line.title, CHART_MARGIN, top),
    grid: {
      left: CHART_MARGIN + AXIS_WIDTH,
      top: top + HEADER,
      width: CHART_WIDTH - 2 * CHART_MARGIN - AXIS_WIDTH - 12,
      height: PANEL_HEIGHT - HEADER - AXIS_HEIGHT,
    },
    xAxis: {
      type: 'time',
      gridIndex: index,
      splitNumber: 3,
      axisLine: { lineStyle: { color: INK.line } },
      axisTick: { show: false },
      axisLabel: {
        ...label,
        hideOverlap: true,
        formatter: { month: '{MMM} {d}', day: '{MMM} {d}', hour: '{HH}:{mm}' },
      },
    },
    yAxis: {
      type: 'value',
      gridIndex: index,
      min: line.min,
      splitNumber: 2,
      ...(line.max !== undefined && { max: line.max }),
      ...(line.interval !== undefined && { interval: line.interval }),
      axisLabel: { ...label, formatter: line.format },
      splitLine: { lineStyle: { color: INK.line } },
    },
    series,
  };
}
