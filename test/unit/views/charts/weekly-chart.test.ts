import { expect, test } from 'vitest';
import type { WeeklyFigures } from '../../../../src/domain/incidents/weekly.ts';
import type { Chart } from '../../../../src/domain/picture.ts';
import { weeklyChart } from '../../../../src/views/charts/weekly-chart.ts';

const WEEK: WeeklyFigures = {
  incidents: { opened: 9, open: 1, escalated: 2 },
  acknowledged: null,
  resolved: null,
  providers: [
    { name: 'acme', checks: 1_000, succeeded: 912, failingMinutes: 300 },
    { name: '', checks: 500, succeeded: 500, failingMinutes: 0 },
    { name: 'unchecked', checks: 0, succeeded: 0, failingMinutes: 0 },
  ],
  moved: 12,
  waited: { served: 3, waiting: 0 },
  freeSlots: 40,
  missingSlots: 0,
  monthlyCost: 120,
  currency: 'EUR',
  days: [
    { day: '2026-11-25', opened: 0 },
    { day: '2026-11-26', opened: 9 },
  ],
};

interface Drawn {
  yAxis: { data?: string[] }[];
  xAxis: { data?: string[] }[];
  series: { yAxisIndex: number; data: (number | string)[] }[];
}

const optionOf = (chart: Chart | null): Drawn => (chart ?? expect.unreachable()).option as unknown as Drawn;

test('the week shows the availability of providers that were checked, and the incidents of each day', () => {
  const chart = weeklyChart(WEEK);
  const { xAxis, yAxis, series } = optionOf(chart);
  expect(yAxis.map(({ data }) => data)).toEqual([['acme', 'no provider'], ['91.2 %', '100.0 %'], undefined]);
  expect(xAxis[1]?.data).toEqual(['Nov 25', 'Nov 26']);
  expect(series.map(({ data }) => data)).toEqual([
    [0.912, 1],
    [expect.closeTo(0.088), '-'],
    ['-', 9],
  ]);
  expect(series.every(({ yAxisIndex }) => yAxisIndex < yAxis.length)).toBe(true);
  expect(chart?.alt).toBe('Successful checks: acme 91.2 %, no provider 100.0 %. Incidents: 9 on Nov 26.');
});

test('a report without checks shows the days only, and one of an earlier version nothing', () => {
  const days = weeklyChart({ ...WEEK, providers: [] });
  expect(optionOf(days).series.map(({ yAxisIndex }) => yAxisIndex)).toEqual([0]);
  expect(days?.height).toBeLessThan(weeklyChart(WEEK)?.height ?? 0);
  expect(weeklyChart({ ...WEEK, providers: [], days: [] })).toBeNull();
});
