import { expect, test } from 'vitest';
import type { Counted } from '../../../../src/domain/pool-figures.ts';
import { largestFlows } from '../../../../src/domain/vps/largest-flows.ts';
import type { MapFlow, VpsMap } from '../../../../src/domain/vps/vps-map.ts';
import { vpsMapChart } from '../../../../src/views/charts/vps-map-chart.ts';
import { vpsMapView } from '../../../../src/views/vps/vps-map.ts';

const PNG = Buffer.from('png');

function mapOf(toProxies: MapFlow[], toModels: MapFlow[], names: number): Counted<VpsMap> {
  const assigned = toProxies.reduce((sum, { accounts }) => sum + accounts, 0);
  return {
    vps: null,
    environment: null,
    grouping: 'provider',
    figures: { vps: toProxies.length, accounts: assigned, assigned, proxies: assigned, links: 0, models: 1 },
    drift: { unused: 0, undocumented: 0, shared: 0 },
    crowded: 0,
    samples: { unused: [], undocumented: [], shared: [] },
    ...largestFlows({ toProxies, toModels }, names),
    countedAt: null,
  };
}

function wordsOf(map: Counted<VpsMap>): string {
  const chart = vpsMapChart(map);
  const drawn = chart ? { fileName: 'vps-map.png', png: PNG, alt: chart.alt } : undefined;
  return JSON.stringify(vpsMapView(map, { vps: 0, environment: 0 }, drawn).components);
}

test('grouped items are counted in the picture and in the message, and nothing gets lost', () => {
  const toProxies = Array.from({ length: 12 }, (_, n) => ({ from: `vps-${n}`, to: 'Acme', accounts: 20 - n }));
  const map = mapOf(toProxies, [{ from: 'Acme', to: 'Amber', accounts: 174 }], 10);
  expect(map.others).toEqual({ vps: 2, proxies: 0, models: 0 });
  expect(map.toProxies.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(174);
  expect(JSON.stringify(vpsMapChart(map)?.option)).toContain('2 others\\n19');
  expect(wordsOf(map)).toContain('2 smaller VPS are grouped');
});

test('a map that has room for every name says nothing of others', () => {
  const map = mapOf([{ from: 'nova', to: 'Acme', accounts: 2 }], [{ from: 'Acme', to: 'Amber', accounts: 2 }], 10);
  expect(JSON.stringify(vpsMapChart(map)?.option)).not.toContain('others');
  expect(wordsOf(map)).not.toMatch(/are grouped|In the chart/);
});

test('a name that the font cannot draw is a number in the picture, and the message says whose', () => {
  const map = mapOf([{ from: '星', to: 'Acme', accounts: 2 }], [{ from: 'Acme', to: '花', accounts: 2 }], 10);
  expect(JSON.stringify(vpsMapChart(map)?.option)).toContain('#1\\n2');
  expect(wordsOf(map)).toContain('In the chart: VPS #1 星 · model #1 花');
});

test('a VPS that is called as a provider is another node of the picture', () => {
  const map = mapOf([{ from: 'Acme', to: 'Acme', accounts: 1 }], [{ from: 'Acme', to: 'Acme', accounts: 1 }], 10);
  const [series] = [vpsMapChart(map)?.option.series].flat();
  expect(series).toMatchObject({ data: [{ depth: 0 }, { depth: 1 }, { depth: 2 }] });
});

test('a map whose chart could not be drawn says so', () => {
  const map = mapOf([{ from: 'nova', to: 'Acme', accounts: 2 }], [{ from: 'Acme', to: 'Amber', accounts: 2 }], 10);
  const shown = (each: Counted<VpsMap>) => JSON.stringify(vpsMapView(each, { vps: 0, environment: 0 }).components);
  expect(shown(map)).toContain('The chart could not be drawn.');
  expect(shown(mapOf([], [], 10))).not.toContain('could not be drawn');
  expect(wordsOf(map)).not.toContain('could not be drawn');
});

test('a map says when it was counted if later changes may be missing', () => {
  const map = mapOf([{ from: 'nova', to: 'Acme', accounts: 2 }], [{ from: 'Acme', to: 'Amber', accounts: 2 }], 10);
  expect(wordsOf({ ...map, countedAt: new Date(1_800_000_000_000) })).toContain('Counted <t:1800000000:R>');
  expect(wordsOf(map)).not.toContain('Counted');
});
