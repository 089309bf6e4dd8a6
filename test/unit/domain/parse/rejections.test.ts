import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read, reasonOf } from './read.ts';

test('a rejected line shows nothing of the lines around it', () => {
  const { rejected } = read('203.0.113.1:1\nsquid:8080:ann:s3cret\n203.0.113.2:1');
  expect(rejected).toMatchObject([{ line: 2, text: '•••:•••:•••:•••' }]);
});

describe('a rejected line', () => {
  test.each([
    ['203.0.113.7', 'The port is missing.'],
    ['proxy.example.com', 'The port is missing.'],
    ['[2001:db8::7]', 'The port is missing.'],
    ['203.0.113.7:0', 'The port must be between 1 and 65535.'],
    ['203.0.113.7:65536:ann:s3cret', 'The port must be between 1 and 65535.'],
    ['203.0.113.7:99999:ann:8080', 'The port must be between 1 and 65535.'],
    ['ann:s3cret@203.0.113.7:123456', 'The port must be between 1 and 65535.'],
    ['203.0.113.7:99999:gate.example.com:8080', 'The port must be between 1 and 65535.'],
    ['203.0.113.999:8080:gate.example.com:8080', 'A number in the IPv4 address is over 255.'],
    ['203.0.113.7:http:ann:s3cret', 'The port is not a number.'],
    ['http://203.0.113.7:8080/path', 'The port is not a number.'],
    ['203.0.113.256:80', 'A number in the IPv4 address is over 255.'],
    ['ann:s3cret@999.0.113.7:80', 'A number in the IPv4 address is over 255.'],
    ['2001:db8::7:8080', 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.'],
    ['2001:db8:1:2:3:4:5:6:8080', 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.'],
    ['2001:db8::7:8080:ann:s3cret', 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.'],
    ['ann:s3cret@2001:db8::7:8080', 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.'],
    ['2001:db8::203.0.113.7:8080', 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.'],
    ['not a host!:8080', 'The host must be a host name or an IP address.'],
    ['-x-.example.com:8080', 'The host must be a host name or an IP address.'],
    ['[203.0.113.7]:8080', 'The host must be a host name or an IP address.'],
    ['10.0.0.1:8080', 'The host is not on the public internet: private (10.0.0.0/8).'],
    ['ann:s3cret@localhost:8080', 'The host is not on the public internet: a local name.'],
    ['0x7f.1:8080', 'The host is not on the public internet: loopback (127.0.0.0/8).'],
    ['[::ffff:10.0.0.1]:8080', 'The host is not on the public internet: private (10.0.0.0/8).'],
    ['203.0.113.0/24', 'It is a range of addresses (CIDR), not one proxy.'],
    ['203.0.113.24/29', 'It is a range of addresses (CIDR), not one proxy.'],
    ['203.0.113.0/24:8080', 'It is a range of addresses (CIDR), not one proxy.'],
    ['2001:db8::/32', 'It is a range of addresses (CIDR), not one proxy.'],
    ['http://203.0.113.0/24', 'It is a range of addresses (CIDR), not one proxy.'],
    ['vless://ann@203.0.113.7:443', 'The type must be http, https, socks4 or socks5.'],
    ['ss://YWVzLTI1Ni1nY20@203.0.113.7:443', 'The type must be http, https, socks4 or socks5.'],
    ['(vmess)203.0.113.7:443', 'The type must be http, https, socks4 or socks5.'],
    ['socks5://203.0.113.7:1080@http', 'It names two different proxy types.'],
    ['203.0.113.7:8080:ann', 'It has a username and no password.'],
    ['ann@203.0.113.7:8080', 'It has a username and no password.'],
    ['203.0.113.7:8080@ann', 'It has a username and no password.'],
    ['203.0.113.7:8080:ann:s3cret[https://a.example', 'The change-IP link has no closing bracket.'],
    ['203.0.113.7:8080:ann:s3cret[https://]', 'The change-IP link must be an http:// or https:// URL.'],
    ['ann:s3cret', 'Not a proxy: no host and port found.'],
    ['hello world', 'Not a proxy: no host and port found.'],
    [`203.0.113.7:8080:${'u'.repeat(256)}:p`, 'The username must be at most 255 characters long.'],
    [`203.0.113.7:8080:u:${'é'.repeat(256)}`, 'The password must be at most 255 characters long.'],
    [`${'a.'.repeat(130)}example.com:80`, 'The host must be at most 253 characters long.'],
    [`http://203.0.113.7:80?title=${'x'.repeat(101)}`, 'The label must be at most 100 characters long.'],
    [`http://203.0.113.7:80?notes=${'x'.repeat(1001)}`, 'The notes must be at most 1,000 characters long.'],
    [
      'http://ann:s3%00cret@203.0.113.7:80',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
    ['http://203.0.113.7:80?cc=Atlantis', 'The country must be an ISO 3166-1 code or an English name, such as DE.'],
    ['http://203.0.113.7:80?expires=soon', 'The expiry must be a date, such as 2026-12-31.'],
  ])('%s', (line, reason) => {
    expect(reasonOf(line)).toBe(reason);
  });

  test('values at their limit are taken, counted as Discord counts what is typed', () => {
    expect(read(`203.0.113.7:8080:${'u'.repeat(255)}:${'é'.repeat(255)}`).rejected).toEqual([]);
    expect(read(`203.0.113.7:8080:u:${'😀'.repeat(127)}`).rejected).toEqual([]);
    expect(reasonOf(`203.0.113.7:8080:u:${'😀'.repeat(128)}`)).toContain('at most 255');
  });

  test.each([
    ['10.0.0.1:8080:ann:s3cret', '10.0.0.1:8080:•••:•••'],
    ['ann:s3cret@10.0.0.1:8080', '•••:•••@10.0.0.1:8080'],
    ['203.0.113.7:99999:ann:s3cret', '203.0.113.7:•••:•••:•••'],
    ['ann:31337', '•••:•••'],
    ['vless://ann@gate.example.com:443', '•••://•••@gate.example.com:•••'],
    ['203.0.113.300:8080:ann:s3cret', '203.0.113.300:8080:•••:•••'],
    ['ann:s3cret@203.0.113.300:8080', '•••:•••@203.0.113.300:8080'],
    ['Renew at webshare.io until 2026', 'Renew at webshare.io until •••'],
    ['ann:S3cret.com', '•••:•••'],
  ])('%s is shown as %s', (line, text) => {
    expect(read(line).rejected[0]?.text).toBe(text);
  });
});

/** A secret is found again by its core, however it is cut; the ends may be anything printable. */
const secret = fc
  .tuple(fc.string({ maxLength: 4 }), fc.stringMatching(/^[a-zA-Z]{5}[0-9]{3}$/), fc.string({ maxLength: 4 }))
  .map(([before, core, after]) => ({ core, text: `${before}${core}${after}` }));

const SHAPES = [
  '10.0.0.1:80:U:P',
  'U:P@10.0.0.1:80',
  'U:P:localhost:80',
  '203.0.113.7:99999:U:P',
  '203.0.113.7:U:P',
  '203.0.113.7:80:P',
  'U:P@203.0.113.7',
  'U:P',
  'P',
  'U P',
  'U:P@2001:db8::7:80',
  'vless://U:P@203.0.113.7:80',
  'http://U:P@203.0.113.0/24',
  'http://U:P@203.0.113.7:80?cc=Atlantis',
  '203.0.113.7:80:U:P[https://a.example',
  '203.0.113.7:80:U:P\u0007',
  'socks5://203.0.113.7:80:U:P@http',
  'gate.example.com:80:U@10.0.0.1:9090',
  '198.51.100.9:3128\tgate.example.com:1\t[note]',
  'host,port,user,pass\n10.0.0.1,80,U,P',
  'host,port,user,pass\nP,U,203.0.113.7,80',
  'host,port,user,pass\n203.0.113.7,80,U,"P',
  'host,port,user,pass\n203.0.113.7,80,U,x,P',
  'proxy,cc\nhttp://U:P@203.0.113.7:80,Atlantis',
];

test('no secret shows in what is said of a rejected or open line', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SHAPES), secret, secret, (shape, user, password) => {
      const text = shape.replace('U', () => user.text).replace('P', () => password.text);
      const { rejected, choice, unknownColumns } = read(shape.includes('\n') ? text : `203.0.113.1:1\n${text}`);
      const said = JSON.stringify({ rejected, choice, unknownColumns });
      expect(said).not.toContain(user.core);
      expect(said).not.toContain(password.core);
    }),
    { numRuns: 5000 },
  );
});

test('no secret shows in the error of a file', () => {
  for (const text of [
    '["203.0.113.7:80:ann:PlantedSecret"',
    '{"password":"PlantedSecret"}',
    '["x", PlantedSecret]',
    'user,PlantedSecret,password\n',
  ]) {
    let message = '';
    try {
      message = JSON.stringify(read(text));
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('Error');
    expect(message).not.toContain('PlantedSecret');
  }
});
