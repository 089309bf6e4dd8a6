import { describe, expect, test } from 'vitest';
import { cutMasked, maskUnread } from '../../../../../src/domain/parse/fields/mask.ts';

describe('of a line that is not understood is shown', () => {
  test.each([
    ['', ''],
    ['ann', '•••'],
    ['ann:pw', '•••:•••'],
    ['203.0.113.7', '203.0.113.7'],
    ['999.999.999.999', '999.999.999.999'],
    ['203.0.113.7777', '•••'],
    ['203.0.113', '•••'],
    ['203.0.113.7.8', '•••'],
    ['203.0.113.7:80', '203.0.113.7:80'],
    ['203.0.113.7 80', '203.0.113.7 80'],
    ['203.0.113.7;80;81', '203.0.113.7;80;•••'],
    ['203.0.113.7@80', '203.0.113.7@•••'],
    ['203.0.113.7::80', '203.0.113.7::•••'],
    ['203.0.113.7  80', '203.0.113.7  •••'],
    ['203.0.113.7:0', '203.0.113.7:•••'],
    ['203.0.113.7:080', '203.0.113.7:•••'],
    ['203.0.113.7:65535', '203.0.113.7:65535'],
    ['203.0.113.7:65536', '203.0.113.7:•••'],
    ['203.0.113.7:123456', '203.0.113.7:•••'],
    ['203.0.113.7:8a', '203.0.113.7:•••'],
    ['80 203.0.113.7', '••• 203.0.113.7'],
    ['80:203.0.113.7:81', '•••:203.0.113.7:81'],
    ['203.0.113.7:80:203.0.113.8:81', '203.0.113.7:80:203.0.113.8:81'],
    ['gate.example.com', 'gate.example.com'],
    ['gate.example.com:80', 'gate.example.com:•••'],
    ['Gate.example.com', '•••'],
    ['a.b.c.d.e.f.g.h.i.com', 'a.b.c.d.e.f.g.h.i.com'],
    ['a.b.c.d.e.f.g.h.i.j.com', '•••'],
    ['example.de', '•••'],
    ['com', '•••'],
    ['.com', '•••'],
    ['a_b.com', '•••'],
    ['x-1.dev', 'x-1.dev'],
    ['a.com.x', '•••'],
    ['pw/a.com', '•••/a.com'],
    ['the proxy', 'the proxy'],
    ['The PROXY', 'The PROXY'],
    ['the proxys', 'the •••'],
    ['xthe proxy', '••• proxy'],
    ['the:proxy', '•••:•••'],
    ['the: proxy', 'the: proxy'],
    ['the, proxy', 'the, proxy'],
    ['the. proxy', '••• proxy'],
    ['the; proxy', '•••; proxy'],
    ['the\tproxy', 'the\tproxy'],
    ['the,', 'the,'],
    ['the:', 'the:'],
    ['the:x', '•••:•••'],
    [':the', ':•••'],
    [' the ', ' the '],
    ['(the proxy)', '(••• •••)'],
    ['x/the y', '•••/••• •••'],
    ['the:\tproxy', 'the:\tproxy'],
    ['the:: proxy', '•••:: proxy'],
    ['a\x7fb', '•••,•••'],
    ['203.0.113.7\x7f80\x7fann', '203.0.113.7,80,•••'],
    ['a[b](c){d}<e>/f|g;h,i@j', '•••[•••](•••){•••}<•••>/•••|•••;•••,•••@•••'],
    ['[2001:db8::7]:80', '[•••:•••::•••]:•••'],
    ['x\ty', '•••\t•••'],
    ['ann=pw', '•••'],
  ] as [string, string][])('%j as %j', (text, shown) => {
    expect(maskUnread(text)).toBe(shown);
  });

  test('no more than its first 400 characters, in 200', () => {
    expect(maskUnread(`${'x'.repeat(400)} the`)).toBe('•••');
    expect(maskUnread(`${'x'.repeat(396)} the proxy`)).toBe('••• the');
    expect(maskUnread(`${'x'.repeat(397)} the`)).toBe('••• •••');
    expect(maskUnread(':'.repeat(200))).toBe(':'.repeat(200));
    expect(maskUnread(':'.repeat(201))).toBe(`${':'.repeat(199)}…`);
  });
});

test('what is masked is cut to 200 characters, the last of which says so', () => {
  expect([cutMasked('x'.repeat(200)), cutMasked('x'.repeat(201)), cutMasked('')]).toEqual([
    ...['x'.repeat(200), `${'x'.repeat(199)}…`, ''],
  ]);
});
