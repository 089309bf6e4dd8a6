import { expect, test } from 'vitest';
import type { Chart } from '../../../../src/domain/picture.ts';
import type { PoolStats } from '../../../../src/domain/stats.ts';
import { LIMITS } from '../../../../src/kit/limits/limits.ts';
import { checksChart, successRate } from '../../../../src/views/charts/check-panels.ts';
import { numberedNames, statsChart } from '../../../../src/views/charts/stats-chart.ts';
import { CHART_WIDTH, COLOR, INK, SERIES_COLORS, seriesColor, TEXT_SIZE } from '../../../../src/views/charts/style.ts';
import { model, poolOf, provider } from './sample-stats.ts';

interface Drawn {
  yAxis: { data?: string[] }[];
  series: { name?: string; data: (number | string)[]; itemStyle: { color: string } }[];
}
const optionOf = (chart: Chart) => chart.option as unknown as Drawn;
const namesIn = (chart: Chart, axis: number) => optionOf(chart).yAxis[axis]?.data;
const shareOf = (chart: Chart, series: string, row: number) =>
  optionOf(chart).series.find((each) => each.name === series)?.data[row];

test('the largest models and providers have bars of their own, and the rest is counted in one', () => {
  const models = Array.from({ length: 200 }, (_, n) => model(n + 1));
  const providers = Array.from({ length: 40 }, (_, n) => provider(`Provider ${n + 1}`));
  const chart = statsChart(poolOf({ models, providers }));
  expect(namesIn(chart, 0)).toEqual(['all proxies', ...models.slice(0, 7).map(({ name }) => name), '193 others']);
  expect(namesIn(chart, 2)?.at(-1)).toBe('33 others');
  expect(namesIn(chart, 3)).toEqual(['4,000', ...Array.from({ length: 7 }, () => '100'), '3,300']);
});

test('as many as fit have no others beside them', () => {
  const models = Array.from({ length: 8 }, (_, n) => model(n + 1));
  expect(namesIn(statsChart(poolOf({ models })), 0)).toEqual(['all proxies', ...models.map(({ name }) => name)]);
});

test('a bar shows shares, and leaves out what is nothing', () => {
  const chart = statsChart(poolOf({ loads: [10, 5, 0, 5] }));
  expect(['0/3', '1/3', '2/3', '3/3', 'overloaded'].map((name) => shareOf(chart, name, 0))).toEqual([
    0.5,
    0.25,
    '-',
    0.25,
    '-',
  ]);
});

test('under a lowered limit, what carries more is overloaded, in a colour that no load has', () => {
  const chart = statsChart(poolOf({ limit: 1, loads: [10, 10, 10, 10] }));
  expect(shareOf(chart, 'overloaded', 0)).toBe(0.5);
  expect(shareOf(chart, '1/1', 0)).toBe(0.25);
  const colors = optionOf(chart)
    .series.slice(0, 3)
    .map((each) => each.itemStyle.color);
  expect(colors.indexOf(COLOR.purple)).toBe(2);
});

test.each([1, 2, 3, 5, 8])(
  'with a limit of %i each load has a colour of its own, and a full proxy the darkest blue',
  (limit) => {
    const loads = Array.from({ length: limit + 1 }, () => 10);
    const series = optionOf(statsChart(poolOf({ limit, loads, models: [model(1, { loads })] }))).series.slice(
      0,
      limit + 2,
    );
    expect(series.map((each) => each.name)).toEqual([...loads.map((_, load) => `${load}/${limit}`), 'overloaded']);
    const colors = series.map((each) => each.itemStyle.color);
    expect(new Set(colors).size).toBe(limit + 2);
    expect(colors.at(-2)).toBe(COLOR.blue);
    for (const color of colors.slice(1)) expect(contrast(color, INK.card)).toBeGreaterThan(3);
  },
);

test('one model is shown alone', () => {
  const asked = { id: 1, name: 'Model 1' };
  expect(namesIn(statsChart(poolOf({ model: asked, loads: [0, 5, 10, 20] })), 0)).toEqual(['Model 1']);
});

const checksOf = (...latencies: (number | null)[]): PoolStats['checks'] =>
  latencies.map((latencyMs, n) => ({ at: new Date(n), checks: 10, succeeded: latencyMs === null ? 0 : 9, latencyMs }));

test('checks have a chart of their own with two panels', () => {
  const chart = checksChart(poolOf({ checks: checksOf(200, 300) })) as Chart;
  expect(chart.alt).toContain('90 % of 20 checks succeeded in 7 days');
  expect(optionOf(chart).series.map((each) => each.data)).toEqual([
    [
      [0, 90],
      [1, 90],
    ],
    [
      [0, 200],
      [1, 300],
    ],
  ]);
});

test('what has one point or none is not drawn as a line', () => {
  expect(checksChart(poolOf())).toBeNull();
  expect(checksChart(poolOf({ checks: checksOf(200) }))).toBeNull();
  expect(optionOf(checksChart(poolOf({ checks: checksOf(200, null) })) as Chart).series).toHaveLength(1);
  expect(successRate(poolOf({ checks: checksOf(200) }))).toBe('90 % of 10 checks succeeded in 7 days');
  expect(successRate(poolOf())).toBeUndefined();
});

test('one color has one meaning in a chart', () => {
  const colors = optionOf(statsChart(poolOf())).series.map((each) => each.itemStyle.color);
  expect(new Set(colors).size).toBe(colors.length);
  const models = Array.from({ length: SERIES_COLORS }, (_, at) => seriesColor(at));
  expect(new Set(models).size).toBe(SERIES_COLORS);
  for (const color of models) expect(contrast(color, INK.card)).toBeGreaterThan(3);
});

test('the text of a chart can be read on a phone, which shows it 266 pixels wide', () => {
  expect((TEXT_SIZE * 266) / CHART_WIDTH).toBeGreaterThan(9);
});

test('a chart is plain data that differs where figures do, which is what pictures are kept by', () => {
  const drawn = (over: Partial<PoolStats>) => JSON.stringify(statsChart(poolOf(over)));
  expect(JSON.parse(drawn({}))).toEqual(statsChart(poolOf()));
  const others: Partial<PoolStats>[] = [
    { loads: [10, 5, 10, 21] },
    { limit: 2 },
    { models: [model(2)] },
    { providers: [provider('Bolt')] },
  ];
  expect(new Set([{}, ...others].map(drawn)).size).toBe(others.length + 1);
});

test('the words for those who do not see it fit into what Discord takes', () => {
  const million = 100_000_000;
  const checks = [{ at: new Date(0), checks: million, succeeded: million, latencyMs: million }];
  const health = { healthy: million, degraded: million, failing: million, unknown: million };
  const chart = statsChart(
    poolOf({ loads: [million, million, million, million], providers: [{ provider: null, health }], checks }),
  );
  expect(chart.alt.length).toBeLessThan(LIMITS.mediaDescription / 2);
});

test('names that the font cannot write are listed with the numbers that stand for them', () => {
  const stats = poolOf({
    models: [model(1), model(12, { name: '花子' })],
    providers: [provider('Acme'), provider('東京')],
  });
  expect(namesIn(statsChart(stats), 0)).toEqual(['all proxies', 'Model 1', '#12']);
  expect(numberedNames(stats)).toEqual([
    { number: 12, name: '花子' },
    { number: 2, name: '東京' },
  ]);
});

/** Contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('words stand out from the card as text should, and every colour as a shape should', () => {
  for (const ink of [INK.text, INK.muted]) expect(contrast(ink, INK.card)).toBeGreaterThan(4.5);
  for (const color of Object.values(COLOR)) expect(contrast(color, INK.card)).toBeGreaterThan(3);
});
