import { describe, expect, test } from 'vitest';
import type { ProxyFields } from '../../../../../src/domain/proxies/proxy.ts';
import { proxy, read, readAll, readOne } from '../read.ts';

const ANN = { username: 'ann', password: 's3cret' };
const LINK = 'https://api.example.com/refresh?id=7';

describe('every form of a line', () => {
  const forms: [string, Partial<ProxyFields>][] = [
    ['203.0.113.7:8080', {}],
    ['proxy.example.com:3128', { host: 'proxy.example.com', port: 3128 }],
    ['203.0.113.7:8080:ann:s3cret', ANN],
    ['ann:s3cret@203.0.113.7:8080', ANN],
    ['ann:s3cret:203.0.113.7:8080', ANN],
    ['ann:s3cret:proxy.example.com:8080', { ...ANN, host: 'proxy.example.com' }],
    ['203.0.113.7:8080@ann:s3cret', ANN],
    ['socks5://ann:s3cret@203.0.113.7:1080/', { ...ANN, type: 'socks5', port: 1080 }],
    ['http://203.0.113.7:8080', {}],
    ['http://203.0.113.7:8080/', {}],
    ['http://203.0.113.7:8080:ann:s3cret', ANN],
    ['http://203.0.113.7:8080:ann:s3cret/', ANN],
    ['socks4://ann:s3cret:203.0.113.7:8080/', { ...ANN, type: 'socks4' }],
    ['HTTPS://203.0.113.7:8080@ann:s3cret', { ...ANN, type: 'https' }],
    ['http://ann@203.0.113.7:8080', { username: 'ann' }],
    ['(socks5)203.0.113.7:1080:ann:s3cret', { ...ANN, type: 'socks5', port: 1080 }],
    ['[socks5] 203.0.113.7:1080', { type: 'socks5', port: 1080 }],
    ['203.0.113.7:1080@socks4', { type: 'socks4', port: 1080 }],
    ['203.0.113.7:1080:ann:s3cret@socks4', { ...ANN, type: 'socks4', port: 1080 }],
    ['ann:s3cret@203.0.113.7:1080 (socks5)', { ...ANN, type: 'socks5', port: 1080 }],
    ['socks5 203.0.113.7 1080', { type: 'socks5', port: 1080 }],
    ['203.0.113.7:1080:socks5', { type: 'socks5', port: 1080 }],
    ['[2001:db8::7]:8080', { host: '2001:db8::7' }],
    ['[2001:DB8:0::7]:8080:ann:s3cret', { ...ANN, host: '2001:db8::7' }],
    ['ann:s3cret@[2001:db8::7]:8080', { ...ANN, host: '2001:db8::7' }],
    ['ann:s3cret:[2001:db8::7]:8080', { ...ANN, host: '2001:db8::7' }],
    ['[2001:db8::7]:8080@ann:s3cret', { ...ANN, host: '2001:db8::7' }],
    ['socks5://ann:s3cret@[2001:db8::7]:8080', { ...ANN, host: '2001:db8::7', type: 'socks5' }],
    ['socks5://[2001:db8::7]:8080:ann:s3cret', { ...ANN, host: '2001:db8::7', type: 'socks5' }],
    ['203.0.113.7;8080;ann;s3cret', ANN],
    ['203.0.113.7,8080,ann,s3cret', ANN],
    ['203.0.113.7|8080|ann|s3cret', ANN],
    ['203.0.113.7\t8080\tann\ts3cret', ANN],
    ['203.0.113.7 8080 ann s3cret', ANN],
    ['203.0.113.7:8080;ann;s3cret', ANN],
    ['203.0.113.7:8080 ann:s3cret', ANN],
    ['203.0.113.7;8080;ann:s3cret', ANN],
    ['ann;s3cret 203.0.113.7:8080', ANN],
    ['203.0.113.7 : 8080 : ann : s3cret', ANN],
    ['203.0.113.7, 8080, ann, s3cret', ANN],
    [`203.0.113.7:8080:ann:s3cret[${LINK}]`, { ...ANN, changeIpUrl: LINK }],
    [`203.0.113.7:8080:ann:s3cret:Berlin 2[${LINK}]`, { ...ANN, label: 'Berlin 2', changeIpUrl: LINK }],
    [`203.0.113.7:8080:Berlin 2 [${LINK}]`, { label: 'Berlin 2', changeIpUrl: LINK }],
    [`ann:s3cret@203.0.113.7:8080:Berlin 2[${LINK}]`, { ...ANN, label: 'Berlin 2', changeIpUrl: LINK }],
    [`socks5://ann:s3cret:203.0.113.7:8080[${LINK}]`, { ...ANN, type: 'socks5', changeIpUrl: LINK }],
    ['203.0.113.7:8080:ann:s3cret:DE', { ...ANN, country: 'DE' }],
    ['203.0.113.7;8080;ann;s3cret;UK', { ...ANN, country: 'GB' }],
    ['http://ann:s3cret@203.0.113.7:8080?title=Desk%207&cc=DE', { ...ANN, label: 'Desk 7', country: 'DE' }],
    ['http://ann:s3cret@203.0.113.7:8080/#country=US,tags=a|b', { ...ANN, country: 'US', tags: ['a', 'b'] }],
    ['http://ann:s3cret@203.0.113.7:8080#Desk%207', { ...ANN, label: 'Desk 7' }],
    ['203.0.113.7:8080:ann:s3cret#country=US,tags=a|b', { ...ANN, country: 'US', tags: ['a', 'b'] }],
    ['http://203.0.113.7:8080?title=a,b&city=K%C3%B6ln', { label: 'a,b', city: 'Köln' }],
  ];
  test.each(forms)('%s', (line, fields) => {
    expect(readOne(line)).toEqual(proxy(fields));
  });

  test.each([
    ['http', 'http'],
    ['https', 'https'],
    ['ssl', 'https'],
    ['socks4', 'socks4'],
    ['socks4a', 'socks4'],
    ['socks5', 'socks5'],
    ['socks5h', 'socks5'],
    ['SOCKS', 'socks5'],
  ])('the scheme %s is the type %s', (scheme, type) => {
    expect(readOne(`${scheme}://203.0.113.7:8080`).type).toBe(type);
  });
});

describe('credentials', () => {
  const hostile = 's3:c@r#e/t?x!%41,y;z|&=';
  test.each([
    [`203.0.113.7:8080:ann:${hostile}`, 'ann', hostile],
    [`ann:${hostile}@203.0.113.7:8080`, 'ann', hostile],
    [`ann:${hostile}:203.0.113.7:8080`, 'ann', hostile],
    [`203.0.113.7:8080@ann:${hostile}`, 'ann', hostile],
    [`http://203.0.113.7:8080:ann:${hostile}`, 'ann', hostile],
    [`http://ann:${encodeURIComponent(hostile)}@203.0.113.7:8080`, 'ann', hostile],
    ['http://ann:p#s/s?w@203.0.113.7:8080', 'ann', 'p#s/s?w'],
    ['http://ann:100%@203.0.113.7:8080', 'ann', '100%'],
    ['203.0.113.7:8080:ann:de:ad:be:ef', 'ann', 'de:ad:be:ef'],
    ['203.0.113.7:8080:ann:s3cret:de', 'ann', 's3cret:de'],
    ['203.0.113.7:8080:ann:s3cret:XX', 'ann', 's3cret:XX'],
    ['203.0.113.7:8080:ann:"quoted"', 'ann', '"quoted"'],
    ['203.0.113.7:8080:ann:a,"b"', 'ann', 'a,"b"'],
    ['203.0.113.7:8080:ann:12345', 'ann', '12345'],
    ['ann@x.com:pw@203.0.113.7:1', 'ann@x.com', 'pw'],
    ['ann@x.com:pw:203.0.113.7:1', 'ann@x.com', 'pw'],
    ['203.0.113.7:8080:ann@x.com:pw', 'ann@x.com', 'pw'],
    ['203.0.113.7:8080@ann@x.com:p@w', 'ann@x.com', 'p@w'],
    ['203.0.113.7:8080:customer-ann-cc-US-sessid-a1:pw', 'customer-ann-cc-US-sessid-a1', 'pw'],
    [
      '203.0.113.7:8080:ann:s3cret_country-us_session-a1_lifetime-24h',
      'ann',
      's3cret_country-us_session-a1_lifetime-24h',
    ],
    ['203.0.113.7:8080:ann:', 'ann', null],
    ['203.0.113.7:8080::pw', null, 'pw'],
    ['203.0.113.7:8080::', null, null],
  ])('%s', (line, username, password) => {
    expect(readOne(line)).toMatchObject({ username, password });
  });

  test('percent-encoding is decoded in a URL and nowhere else', () => {
    expect(readOne('http://a%3Ab:p%40w@203.0.113.7:8080')).toMatchObject({ username: 'a:b', password: 'p@w' });
    expect(readOne('a%3Ab:p%40w@203.0.113.7:8080')).toMatchObject({ username: 'a%3Ab', password: 'p%40w' });
  });

  test('a key that is not known leaves a query behind a password with the password', () => {
    expect(readOne('203.0.113.7:8080:ann:pw?x=1').password).toBe('pw?x=1');
    const file = read('http://ann:pw@203.0.113.7:8080?x=1&cc=DE');
    expect(file.rows[0]?.fields).toMatchObject({ password: 'pw', country: 'DE' });
    expect(file.unknownColumns).toEqual(['x']);
  });
});

describe('the type', () => {
  test('comes from the line, else the header above it, else the import, else http', () => {
    const text =
      '203.0.113.1:1\nsocks5:\n203.0.113.2:1\nsocks4://203.0.113.3:1\n# http:\n203.0.113.4:1\nHTTPS :\n203.0.113.5:1';
    const types = (type?: 'https') => readAll(text, { defaults: type ? { type } : {} }).map((fields) => fields.type);
    expect(types()).toEqual(['http', 'socks5', 'socks4', 'socks5', 'https']);
    expect(types('https')).toEqual(['https', 'socks5', 'socks4', 'socks5', 'https']);
  });

  test('defaults fill what a line does not say', () => {
    const defaults = { type: 'socks5', provider: 'Acme', country: 'US', label: 'L' } as const;
    expect(readOne('203.0.113.7:8080', { defaults })).toEqual(proxy(defaults));
    expect(readOne('http://203.0.113.7:8080?cc=DE&title=T', { defaults })).toEqual(
      proxy({ provider: 'Acme', country: 'DE', label: 'T' }),
    );
  });
});
