import { expect, test } from 'vitest';
import { reportDetail } from '../../../../src/domain/health/report-detail.ts';

test('the password of the proxy and the part of a URL before an @ are not repeated', () => {
  const said =
    'connect via http://ann:p%40ss%2Fw0rd@203.0.113.7:8080 failed: login "p@ss/w0rd" (p%40ss%2Fw0rd) refused';
  expect(reportDetail(said, 'p@ss/w0rd')).toBe(
    'connect via http://•••@203.0.113.7:8080 failed: login "•••" (•••) refused',
  );
  expect(reportDetail('socks5://someone:else@203.0.113.7', null)).toBe('socks5://•••@203.0.113.7');
});

test('it is one line of at most 200 characters', () => {
  expect(reportDetail(' Error:\r\n  timeout\u0000\tafter 10 s\n', 'secret')).toBe('Error: timeout after 10 s');
  expect(reportDetail('x'.repeat(300), null)).toHaveLength(200);
  expect(reportDetail('x'.repeat(200), null)).toBe('x'.repeat(200));
  expect(reportDetail('login four refused', 'four')).toBe('login ••• refused');
  expect(reportDetail('a short word stays', 'a')).toBe('a short word stays');
});
