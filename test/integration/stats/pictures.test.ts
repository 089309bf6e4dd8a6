import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { Chart, Picture } from '../../../src/domain/picture.ts';
import { Pictures } from '../../../src/services/pictures/pictures.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

let pictures: Pictures;
let lines: string[];
const start = (timeoutMs = 20_000) => {
  lines = [];
  return new Pictures({ log: createLogger('warn', { write: (line) => void lines.push(line) }), timeoutMs });
};
beforeEach(() => {
  pictures = start();
});
afterEach(() => pictures.stop());

const bars = (name: string, data: number[]): Chart => ({
  name,
  width: 300,
  height: 150,
  alt: 'bars',
  option: { xAxis: { type: 'value' }, yAxis: { type: 'category' }, series: [{ type: 'bar', data }] },
});

test('a chart becomes a PNG of two pixels a point', async () => {
  const picture = await pictures.draw(bars('bars', [1, 2, 3]));
  expect(picture).toMatchObject({ fileName: 'bars.png', alt: 'bars' });
  expect(picture?.png.subarray(0, 4)).toEqual(PNG);
  expect([picture?.png.readUInt32BE(16), picture?.png.readUInt32BE(20)]).toEqual([600, 300]);
});

test('the same figures are drawn once, at the same time or later, and other figures again', async () => {
  const [first, second] = await Promise.all([pictures.draw(bars('a', [1])), pictures.draw(bars('a', [1]))]);
  expect(second?.png).toBe(first?.png);
  expect((await pictures.draw(bars('a', [1])))?.png).toBe(first?.png);
  expect((await pictures.draw(bars('a', [1, 2])))?.png).not.toBe(first?.png);
});

test('a chart that cannot be drawn gives no picture and a log line, and the next one is drawn', async () => {
  const circle = {
    series: [
      {
        type: 'sankey' as const,
        data: [{ name: 'a' }, { name: 'b' }],
        links: [
          { source: 'a', target: 'b', value: 1 },
          { source: 'b', target: 'a', value: 1 },
        ],
      },
    ],
  };
  expect(await pictures.draw({ ...bars('circle', []), option: circle })).toBeUndefined();
  expect(lines.join()).toMatch(/a chart could not be drawn/);
  expect((await pictures.draw(bars('b', [1])))?.png.subarray(0, 4)).toEqual(PNG);
});

/** A layout that is made better and better, and never done. */
const ENDLESS: Chart = {
  ...bars('endless', [1]),
  option: {
    series: [
      {
        type: 'sankey',
        layoutIterations: 1e9,
        data: ['a', 'b', 'c', 'd'].map((name) => ({ name })),
        links: [
          { source: 'a', target: 'c', value: 1 },
          { source: 'a', target: 'd', value: 2 },
          { source: 'b', target: 'c', value: 3 },
        ],
      },
    ],
  },
};

test('a worker that takes too long is given up, and the next picture gets another one', async () => {
  await pictures.stop();
  pictures = start(3000);
  expect(await pictures.draw(ENDLESS)).toBeUndefined();
  expect(lines.join()).toContain('longer than 3000 ms');
  let next: Picture | undefined;
  // A busy machine may need more than one attempt to start a worker and draw within the time.
  for (let attempt = 0; attempt < 5 && !next; attempt++) next = await pictures.draw(bars('next', [attempt]));
  expect(next?.png.subarray(0, 4)).toEqual(PNG);
});

test('of a burst as many are drawn as may wait, and the others are left out at once', async () => {
  const drawn = await Promise.all(Array.from({ length: 20 }, (_, n) => pictures.draw(bars('burst', [n]))));
  expect(drawn.filter(Boolean)).toHaveLength(16);
  expect(lines.join()).toContain('16 pictures are waiting already');
});

test('after the end nothing is drawn', async () => {
  await pictures.draw(bars('a', [1]));
  await pictures.stop();
  expect(await pictures.draw(bars('a', [1, 2]))).toBeUndefined();
});
