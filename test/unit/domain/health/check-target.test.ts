import { describe, expect, it } from 'vitest';
import { hostOf, parseTarget } from '../../../../src/domain/health/check-target.ts';

describe('an entry of CHECK_URLS', () => {
  it('is an address, and behind # what is expected', () => {
    expect(parseTarget('https://ip.example.net/').expect).toEqual({ kind: 'ip' });
    expect(parseTarget('https://ip.example.net/#json=client.ip').expect).toEqual({ kind: 'json', field: 'client.ip' });
    const { url, expect: expected } = parseTarget('https://ip.example.net:8443/a?b=c#match=ip=(?<ip>[0-9.]+)');
    expect(url.href).toBe('https://ip.example.net:8443/a?b=c');
    expect(expected).toEqual({ kind: 'match', pattern: /ip=(?<ip>[0-9.]+)/ });
  });

  it('names its host without brackets', () => {
    expect(hostOf(parseTarget('https://[2001:db8::1]:8443/'))).toBe('2001:db8::1');
    expect(hostOf(parseTarget('https://ip.example.net/'))).toBe('ip.example.net');
  });

  it('may expect a pattern of several lines', () => {
    expect(parseTarget('https://ip.example.net/#match=a%0Ab').expect).toEqual({ kind: 'match', pattern: /a\nb/ });
  });

  it('is named in its refusal by its first 80 characters', () => {
    expect(() => parseTarget(`http://${'x'.repeat(200)}/`)).toThrow(/: http:\/\/x{73}$/);
  });

  it.each([
    ['ip.example.net', /only https/],
    ['http://ip.example.net/', /only https/],
    ['https://ann:secret@ip.example.net/', /credentials/],
    ['https://ip.example.net/#match=(', /invalid regular expression/],
    ['https://ip.example.net/#match=100%', /must contain %25/],
    ['https://ip.example.net/#json=', /after #/],
    ['https://ip.example.net/#ip', /after #/],
    ['https://ip.example.net/#xjson=ip', /after #/],
    ['https://ip.example.net/#other=ip', /after #/],
    ['https://ann@ip.example.net/', /credentials/],
    ['https://:secret@ip.example.net/', /credentials/],
  ])('is refused where it is %s', (entry, message) => {
    expect(() => parseTarget(entry)).toThrow(message);
    expect(() => parseTarget(entry)).not.toThrow(/secret/);
  });
});
