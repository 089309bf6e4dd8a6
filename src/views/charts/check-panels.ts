import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { CheckFigures, PoolStats } from '../../domain/stats.ts';
import { plural } from '../../kit/text.ts';
import { COLOR, INK, panelTitle, TEXT_SIZE } from './style.ts';

export interface Place {
  /** Index of its grid in the chart. */
  index: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

const HEADER = 30;
const AXIS_WIDTH = 48;
const AXIS_HEIGHT = 22;

/** Possible starts of the scale of a rate, so that 97 and 99 percent look different. */
const RATE_SCALES = [90, 80, 50, 0];

/** Success rate of checks, in percent. */
export function successPanel({ checks, days }: PoolStats, place: Place): EChartsOption {
  const rates = checks.map((each) => (each.checks > 0 ? Math.round((1000 * each.succeeded) / each.checks) / 10 : null));
  const lowest = Math.min(100, ...rates.filter((rate) => rate !== null));
  const min = RATE_SCALES.find((start) => start <= lowest) ?? 0;
  const title = `Successful checks, ${plural(days, 'day')}`;
  return linePanel(title, place, {
    min,
    max: 100,
    interval: (100 - min) / 2,
    format: '{value} %',
    color: COLOR.green,
    points: points(checks, rates),
  });
}

/** Mean latency of successful checks. */
export function latencyPanel({ checks, days }: PoolStats, place: Place): EChartsOption {
  const values = checks.map((each) => each.latencyMs);
  const title = `Latency, ${plural(days, 'day')}`;
  return linePanel(title, place, { min: 0, format: '{value} ms', color: COLOR.sky, points: points(checks, values) });
}

type Point = [number, number | null];

function points(checks: readonly CheckFigures[], values: readonly (number | null)[]): Point[] {
  return checks.map(({ at }, index) => [at.getTime(), values[index] ?? null]);
}

function linePanel(
  title: string,
  { index, left, top, width, height }: Place,
  line: { min: number; max?: number; interval?: number; format: string; color: string; points: Point[] },
): EChartsOption {
  const label = { color: INK.muted, fontSize: TEXT_SIZE };
  const series: LineSeriesOption = {
    type: 'line',
    xAxisIndex: index,
    // The two bar panels have two name axes each.
    yAxisIndex: index + 2,
    data: line.points,
    symbol: 'circle',
    symbolSize: line.points.length > 24 ? 3 : 5,
    itemStyle: { color: line.color },
    lineStyle: { width: 2 },
    areaStyle: { color: line.color, opacity: 0.15 },
  };
  return {
    title: panelTitle(title, left, top),
    grid: {
      left: left + AXIS_WIDTH,
      top: top + HEADER,
      width: width - AXIS_WIDTH - 8,
      height: height - HEADER - AXIS_HEIGHT,
    },
    xAxis: {
      type: 'time',
      gridIndex: index,
      splitNumber: 4,
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
