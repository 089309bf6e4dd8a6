import { expect, test } from 'vitest';
import { hasGrown } from '../../../../src/domain/incidents/incident-growth.ts';

const size = (proxies: number, accounts = 0, providers = 1) => ({ proxies, accounts, providers });

test.each([
  ['its proxies double', size(9), size(18)],
  ['it goes from two proxies to four', size(2), size(4)],
  ['it goes from one proxy to three', size(1), size(3)],
  ['its accounts reach 10', size(9, 9), size(10, 10)],
  ['its accounts reach 50', size(90, 49), size(91, 50)],
  ['its accounts pass 200 and 50 at once', size(90, 49), size(91, 300)],
  ['another provider joins', size(9, 20, 1), size(11, 20, 2)],
])('an incident has grown if %s', (_what, announced, now) => {
  expect(hasGrown(announced, now)).toBe(true);
});

test.each([
  ['a second proxy joins', size(1), size(2)],
  ['one proxy of another provider joins', size(9, 20, 1), size(10, 20, 2)],
  ['fewer than twice as many proxies fail', size(9), size(17)],
  ['its accounts pass no step', size(20, 50), size(21, 199)],
  ['it shrinks', size(20, 50), size(2, 3)],
  ['it is empty', size(4), size(0)],
])('an incident has not grown if %s', (_what, announced, now) => {
  expect(hasGrown(announced, now)).toBe(false);
});
