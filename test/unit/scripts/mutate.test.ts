import { expect, test } from 'vitest';
import { callWithin, OutOfTime } from '../../../scripts/mutate/in-process/limit.ts';
import { isSampled } from '../../../scripts/mutate/sample.ts';
import { summary } from '../../../scripts/mutate/summary.ts';

test('a call that does not end is stopped, and one that does gives its result or its error', () => {
  expect(() =>
    callWithin(20, () => {
      for (;;);
    }),
  ).toThrow(OutOfTime);
  expect(callWithin(1000, () => 7)).toBe(7);
  expect(() => callWithin(1000, () => JSON.parse('{'))).toThrow(SyntaxError);
});

test('a sample is about one in so many, and the same each time', () => {
  const places = Array.from({ length: 2000 }, (_, at) => ({
    file: `src/domain/${at % 7}.ts`,
    mutatorName: 'StringLiteral',
    replacement: `${at}`,
    column: at % 11,
  }));
  const sample = (every: number) => places.filter((place) => isSampled(place, every));
  expect(sample(1)).toEqual(places);
  expect(sample(10)).toEqual(sample(10));
  expect(sample(10).length).toBeGreaterThan(150);
  expect(sample(10).length).toBeLessThan(250);
});

test('a summary names the survivors that are not argued, and gives the score of each folder', () => {
  const result = (
    file: string,
    status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'RuntimeError',
    mutant: string,
  ) => ({
    file,
    status,
    mutant,
    at: 3,
    line: 'if (a) b();',
  });
  const results = [
    result('src/a/x.ts', 'Killed', '1'),
    result('src/a/x.ts', 'Timeout', '2'),
    result('src/a/x.ts', 'Survived', 'true'),
    result('src/a/x.ts', 'Survived', 'false'),
    result('src/b/y.ts', 'NoCoverage', 'true'),
    result('src/b/y.ts', 'RuntimeError', '3'),
  ];
  const argued = [{ file: 'src/a/x.ts', line: 'if (a) b();', mutant: 'true', reason: 'It is for speed.' }];
  expect(summary(results, argued)).toEqual([
    'src/a/x.ts:3  if (a) b();\n    survived: false',
    'src/b/y.ts:3  if (a) b();\n    survived: true',
    expect.stringMatching(/^src\/a: 2 of 4 mutants were killed, 50\.0 % .*; without 1 argued survivors 66\.7 %$/),
    expect.stringMatching(/^src\/b: 0 of 1 mutants were killed, 0\.0 % /),
    'All: 2 of 5 mutants were killed, 40.0 % (as a sample: 11.8 % to 76.9 %); without 1 argued survivors 50.0 %',
  ]);
  expect(summary([], argued)).toEqual(['All: no mutant was run']);
});
