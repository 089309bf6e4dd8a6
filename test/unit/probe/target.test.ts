import { describe, expect, it } from 'vitest';
import { judgeBody } from '../../../src/probe/target.ts';

describe('a body', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['  203.0.113.9\r\n', '203.0.113.9'],
    ['2001:DB8:0::9', '2001:db8::9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['{"ip":"203.0.113.9"}', '203.0.113.9'],
    ['{"ip":" 2001:db8::9 "}', '2001:db8::9'],
  ])('%j gives the exit IP in one spelling', (body, exitIp) => {
    expect(judgeBody({ kind: 'ip' }, Buffer.from(body))).toMatchObject({ outcome: 'ok', exitIp });
  });

  it.each([
    '',
    '203.0.113',
    '203.0.113.999',
    'fe80::1%eth0',
    '<html>',
    '{"ip":7}',
    '{"IP":"203.0.113.9"}',
    '{',
    'null',
  ])('%j is not what the target answers', (body) => {
    expect(judgeBody({ kind: 'ip' }, Buffer.from(body))).toMatchObject({ outcome: 'captive_portal', exitIp: null });
  });

  it('is looked into along a field’s path, and never along what every object has', () => {
    const body = Buffer.from('{"a":{"b":["203.0.113.9"]}}');
    expect(judgeBody({ kind: 'json', field: 'a.b.0' }, body)).toMatchObject({ outcome: 'ok' });
    expect(judgeBody({ kind: 'json', field: 'a.constructor.name' }, body)).toMatchObject({ outcome: 'captive_portal' });
  });
});
