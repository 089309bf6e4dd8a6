import { expect, test } from 'vitest';
import { type FileTime, longestFiles, timesByFolder, workersLeft } from '../../../scripts/test-time/times.ts';

const file = (path: string, startMs: number, endMs: number): FileTime => ({
  path: `test/${path}.test.ts`,
  tests: 2,
  startMs,
  endMs,
  processorMs: 500,
});
const FILES = [
  file('e2e/http/access', 0, 5_000),
  file('e2e/http/fuzz', 0, 2_000),
  file('e2e/help', 2_100, 3_100),
  file('unit/views/card', 3_200, 9_000),
];

test('the times of the files of a folder are one row, and all of them the last', () => {
  expect(timesByFolder(FILES).trim().split('\n').slice(2)).toEqual([
    '| e2e/http | 2 | 4 | 7.0 | 1.0 |',
    '| unit/views | 1 | 2 | 5.8 | 0.5 |',
    '| e2e | 1 | 2 | 1.0 | 0.5 |',
    '| all | 4 | 8 | 13.8 | 2.0 |',
  ]);
});

test('the longest files come first, and no more than are asked for', () => {
  expect(longestFiles(FILES, 2).trim().split('\n').slice(2)).toEqual([
    '| test/unit/views/card.test.ts | 1 | 2 | 5.8 | 0.5 |',
    '| test/e2e/http/access.test.ts | 1 | 2 | 5.0 | 0.5 |',
  ]);
});

test('a worker takes a file after its last one has ended', () => {
  expect(workersLeft(FILES, 2)).toEqual([5_000, 9_000]);
  expect(workersLeft(FILES, 3)).toEqual([0, 5_000, 9_000]);
});
