import type { EChartsOption } from 'echarts';
import type { DayOfIncidents, ProviderWeek, WeeklyFigures } from '../../domain/incidents/weekly.ts';
import type { Chart } from '../../domain/picture.ts';
import { sumOf } from '../../domain/sum.ts';
import { plural } from '../../kit/text.ts';
import { joinParts } from './join-parts.ts';
import { nameInPicture } from './name-in-picture.ts';
import { CHART_MARGIN, CHART_WIDTH, COLOR, INK, panelTitle, TEXT_SIZE } from './style.ts';

const GAP = 20;
const HEADER = 30;
const ROW = 24;
const NAME_WIDTH = 112;
const SHARE_WIDTH = 66;
const PANEL_WIDTH = CHART_WIDTH - 2 * CHART_MARGIN;
const DAYS_HEIGHT = 96;
const AXIS_HEIGHT = 24;
/** The number above the highest bar. */
const FIGURE_HEIGHT = 18;

interface Panel {
  height: number;
  /** @param index of its grid in the chart */
  draw(index: number, top: number): EChartsOption;
}

/** Availability by provider above incidents by day; null if there is neither. */
export function weeklyChart(figures: WeeklyFigures): Chart<EChartsOption> | null {
  const checked = figures.providers.filter(({ checks }) => checks > 0);
  const panels = [
    ...(checked.length > 0 ? [availabilityPanel(checked)] : []),
    ...(figures.days.length > 0 ? [daysPanel(figures.days)] : []),
  ];
  if (panels.length === 0) return null;
  const parts = panels.map((panel, index) => panel.draw(index, CHART_MARGIN + heightOf(panels.slice(0, index))));
  return {
    name: 'week',
    width: CHART_WIDTH,
    height: 2 * CHART_MARGIN + heightOf(panels) - GAP,
    alt: describe(checked, figures.days),
    option: { backgroundColor: INK.card, ...joinParts(parts, ['title', 'grid', 'xAxis', 'yAxis', 'series']) },
  };
}

const heightOf = (panels: readonly Panel[]) => sumOf(panels, ({ height }) => height + GAP);

const LABEL = { color: INK.muted, fontSize: TEXT_SIZE };
const HIDDEN = { axisLine: { show: false }, axisTick: { show: false } };

const shareOf = ({ checks, succeeded }: ProviderWeek) => succeeded / checks;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Bars that are full at 100 %, so that what is missing is seen. */
function availabilityPanel(providers: readonly ProviderWeek[]): Panel {
  const names = providers.map(({ name }, index) => (name === '' ? 'no provider' : nameInPicture(name, index + 1)));
  const shares = providers.map(shareOf);
  const axis = { type: 'category' as const, inverse: true, ...HIDDEN };
  return {
    height: HEADER + providers.length * ROW,
    draw: (index, top) => ({
      title: panelTitle('Successful checks, by provider', CHART_MARGIN, top),
      grid: {
        left: CHART_MARGIN + NAME_WIDTH,
        top: top + HEADER,
        width: PANEL_WIDTH - NAME_WIDTH - SHARE_WIDTH,
        height: providers.length * ROW,
      },
      xAxis: { type: 'value', min: 0, max: 1, show: false, gridIndex: index },
      yAxis: [
        {
          ...axis,
          gridIndex: index,
          data: names,
          axisLabel: { ...LABEL, color: INK.text, width: NAME_WIDTH - 12, overflow: 'truncate' },
        },
        { ...axis, gridIndex: index, position: 'right', data: shares.map(percent), axisLabel: LABEL },
      ],
      series: [
        { name: 'succeeded', color: COLOR.green, values: shares },
        { name: 'failed', color: COLOR.vermilion, values: shares.map((share) => 1 - share) },
      ].map(({ name, color, values }) => ({
        type: 'bar',
        name,
        stack: 'checks',
        xAxisIndex: index,
        yAxisIndex: 2 * index,
        barWidth: ROW - 8,
        itemStyle: { color, borderColor: INK.card, borderWidth: 1 },
        data: values.map((value) => value || '-'),
      })),
    }),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-26` as `Nov 26`. */
function shortDay(day: string): string {
  const [, month = '1', date = ''] = day.split('-');
  return `${MONTHS[Number(month) - 1]} ${Number(date)}`;
}

function daysPanel(days: readonly DayOfIncidents[]): Panel {
  return {
    height: HEADER + FIGURE_HEIGHT + DAYS_HEIGHT + AXIS_HEIGHT,
    draw: (index, top) => ({
      title: panelTitle('Incidents, by day (UTC)', CHART_MARGIN, top),
      grid: { left: CHART_MARGIN, top: top + HEADER + FIGURE_HEIGHT, width: PANEL_WIDTH, height: DAYS_HEIGHT },
      xAxis: {
        type: 'category',
        gridIndex: index,
        data: days.map(({ day }) => shortDay(day)),
        axisLine: { lineStyle: { color: INK.line } },
        axisTick: { show: false },
        // A phone has room for every other day.
        axisLabel: { ...LABEL, interval: 1 },
      },
      yAxis: { type: 'value', gridIndex: index, min: 0, minInterval: 1, show: false },
      series: {
        type: 'bar',
        xAxisIndex: index,
        yAxisIndex: 2 * index,
        barWidth: '60%',
        itemStyle: { color: COLOR.orange },
        label: { show: true, position: 'top', color: INK.text, fontSize: TEXT_SIZE },
        data: days.map(({ opened }) => opened || '-'),
      },
    }),
  };
}

/** The alternative text. */
function describe(providers: readonly ProviderWeek[], days: readonly DayOfIncidents[]): string {
  const shares = providers.map((provider, index) => {
    const name = provider.name === '' ? 'no provider' : nameInPicture(provider.name, index + 1);
    return `${name} ${percent(shareOf(provider))}`;
  });
  const busy = days.filter(({ opened }) => opened > 0).map(({ day, opened }) => `${opened} on ${shortDay(day)}`);
  const incidents =
    busy.length > 0 ? `Incidents: ${busy.join(', ')}.` : `No incidents in ${plural(days.length, 'day')}.`;
  return [shares.length > 0 && `Successful checks: ${shares.join(', ')}.`, days.length > 0 && incidents]
    .filter(Boolean)
    .join(' ');
}
