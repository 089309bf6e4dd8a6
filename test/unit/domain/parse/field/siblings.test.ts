import { expect, test } from 'vitest';
import { read } from '../read.ts';
import { testCases, type Want } from './cases.ts';

const A = 'http://alice:pw@203.0.113.7:8080';
const B = 'http://bob:pw2@203.0.113.8:8080';
const BARE = 'http://203.0.113.7:8080';
const LINE = '203.0.113.7:8080:alice:pw';
const OTHER = '203.0.113.8:8080:bob:pw2';

/** Lines of the same kinds as the reported ones, by kind. */
testCases({
  'words before the proxy': [
    [`curl --proxy ${A} https://example.com/`, [A]],
    [`$env:HTTP_PROXY="${A}"`, [A]],
    [`setx HTTPS_PROXY ${A}`, [A]],
    [`http_proxy=${LINE}`, [A]],
    [`HTTP_PROXY: ${A}`, [A]],
    [`git config --global http.proxy ${A}`, 'rejected'],
    [`npm config set proxy ${A}`, 'rejected'],
    [`my proxy is ${A}`, 'rejected'],
    [`Proxy 1 - ${A}`, 'rejected'],
    [`PROXY_URL=${A}`, 'rejected'],
    [`-e https_proxy=${A} https://example.com`, 'rejected'],
    [`1: ${LINE}`, [A]],
    [`12 - ${LINE}`, [A]],
    [`[3] ${LINE}\n(4) ${OTHER}`, [A, B]],
    [`✅ ${LINE}`, [A]],
    [`**${LINE}**`, [A]],
    [`US | ${LINE}\nDE | ${OTHER}`, [A, B]],
    [`${LINE} -> US`, 'rejected'],
  ],
  'names with digits beside an address': [
    ['203.0.113.7:8080:alice.smith:12345', ['http://alice.smith:12345@203.0.113.7:8080']],
    ['alice.smith:12345@203.0.113.7:8080', ['http://alice.smith:12345@203.0.113.7:8080']],
    ['alice@example.com:12345@gate.example.net:8080', ['http://alice@example.com:12345@gate.example.net:8080']],
    ['alice.smith:12345:gate.example.net:8080', 'asked'],
  ],
  'columns behind the address': [
    ['203.0.113.7:8080,203.0.113.9,US', [BARE]],
    ['203.0.113.7:8080 203.0.113.9', [BARE]],
    ['203.0.113.7:8080:DE:Berlin', 'asked'],
    ['203.0.113.7\t8080\tDE\tBerlin\tHTTP', 'asked'],
    ['203.0.113.7,8080,Berlin,DE', 'asked'],
    ['203.0.113.7:8080 #US #elite', 'rejected'],
    ['203.0.113.7:8080 login alice password pw12', 'rejected'],
    ['203.0.113.7:8080 alice bob@example.com', 'rejected'],
    ['203.0.113.7:8080 alice bob@example.com\n203.0.113.8:8080 bob ann@example.com', 'rejected'],
    ['203.0.113.7:8080 alice gate.example.com;1', 'rejected'],
    ['203.0.113.7:8080 | US | HTTP | 120 ms | Elite', [BARE]],
  ],
  'columns behind the password': [
    [`${LINE};US`, [A]],
    [`${LINE}|http|Germany`, [A]],
    [`${LINE},2026-12-31\n${OTHER},2027-01-31`, [A, B]],
    [`${LINE}:31.12.2026\n${OTHER}:01.01.2027`, [A, B]],
    [`${LINE}:203.0.113.9\n${OTHER}:203.0.113.10`, [A, B]],
    [`${LINE}:31.12.2026`, 'asked'],
    [`${LINE},active`, 'asked'],
    [`${LINE}|note\n${OTHER}|http`, 'asked'],
  ],
  'change-IP links': [
    [`${LINE}<https://api.example.com/r/7>`, [A]],
    [`${LINE} (https://api.example.com/r/7)`, [A]],
    [`${LINE} Change IP: https://api.example.com/r/7`, [A]],
    [`${LINE}-new https://api.example.com/r/7`, ['http://alice:pw-new@203.0.113.7:8080']],
    [`${LINE}:api.example.com/r/7`, 'rejected'],
    [`${LINE}:ftp://api.example.com/r/7`, 'rejected'],
    [`${LINE} https://api.example.com/r/7 US`, 'rejected'],
  ],
  'several proxies in a line': [
    [`${LINE}->${OTHER}`, 'rejected'],
    [`${LINE}<br>${OTHER}<br>`, 'rejected'],
    [`${LINE}\\n${OTHER}`, 'rejected'],
    [`${LINE}${OTHER}`, 'rejected'],
    ['alice:pw@gate.example.com:8080,bob:pw2@gate2.example.com:8081', 'rejected'],
    ['alice:pw@gate.example.com:8080,bob:pw2@203.0.113.8:8081', 'rejected'],
    ['gate.example.com:8080,bob:pw2@203.0.113.8:8081', 'rejected'],
    ['203.0.113.7:8080:alice:pw,gate.example.com:8081', 'rejected'],
    ['gate.example.com:8080,gate.example.com:8081', 'rejected'],
    ['gate.example.com:8080 gate.example.com:8081', 'rejected'],
    [`${A};socks5://bob:pw2@203.0.113.8:8080`, 'rejected'],
  ],
  'share links': [
    ['socks://YWxpY2U6cHc%3D@203.0.113.7:1080', ['socks5://alice:pw@203.0.113.7:1080']],
    ['socks5://YWxpY2U6cHdAMjAzLjAuMTEzLjc6MTA4MA#Desk', ['socks5://alice:pw@203.0.113.7:1080']],
  ],
  'credentials in a query': [
    [`${BARE}?auth=alice:pw`, 'rejected'],
    [`${BARE}?u=alice&p=pw`, 'rejected'],
    [`${BARE}?token=abcdef`, 'rejected'],
    [`${BARE}?user=alice&pass=pw`, [A]],
  ],
  'columns of one meaning': [
    ['ip,entry,port\n203.0.113.99,203.0.113.7,8080', [BARE]],
    ['host,port,login\n203.0.113.7,8080,alice:pw', [A]],
    ['host,port,user:pass\n203.0.113.7,8080,alice:pw', [A]],
    ['host,port,credentials\n203.0.113.7,8080,alice:pw', [A]],
    ['host,port,user,credentials\n203.0.113.7,8080,bob,alice:pw', 'rejected'],
    ['host,port,user,pass\n203.0.113.7,8080,alice', 'rejected'],
    ['host,port,user,pass\n203.0.113.7,8080,,pw', 'rejected'],
  ],
  'columns of types': [
    ['ip,port,http,socks4,socks5\n203.0.113.7,8080,0,0,1', ['socks5://203.0.113.7:8080']],
    ['ip,port,http,socks5\n203.0.113.7,8080,yes,yes', 'rejected'],
    ['ip,port,https\n203.0.113.7,8080,yes', [BARE]],
  ],
  'ends of lines': [
    [`${LINE}\\\n${OTHER}\\`, [A, B]],
    [`${LINE}\\par\n${OTHER}\\par`, [A, B]],
    [`${LINE}\\`, ['http://alice:pw\\@203.0.113.7:8080']],
    [`${LINE}<br>\n${OTHER}<br/>`, [A, B]],
    [`<li>${LINE}</li>`, [A]],
  ],
  'headings of types': [
    ...['SOCKS 5', 'socks-5:', 'SOCKSv5', 'SOCKS5 (3)', 'SOCKS4/5', 'Socks5 Proxy List (updated daily)'].map(
      (heading): [string, Want] => [`${heading}\n${LINE}`, [A.replace('http', 'socks5')]],
    ),
    [`SOCKS5:\n${LINE}\nHTTP(S):\n${OTHER}`, [A.replace('http', 'socks5'), B]],
    [`My SOCKS5 proxies for Berlin\n${LINE}`, 'rejected'],
    [`SOCKS5 - Germany\n${A}`, [A]],
    [`The http ones, as agreed\n${LINE}`, [A]],
  ],
  tables: [
    ['| Host | Port | User | Pass |\n|---|:---|---|---:|\n| 203.0.113.7 | 8080 | alice | pw |', [A]],
    [`| ${LINE} | US |`, [A]],
  ],
});

test('a line with several proxies is rejected for that reason', () => {
  for (const line of [
    `${LINE}->${OTHER}`,
    'alice:pw@gate.example.com:1,bob:pw2@203.0.113.8:1',
    `${A};socks5://x@203.0.113.8:1`,
  ]) {
    expect(read(line).rejected[0]?.reason).toBe('The line holds several proxies. Put each on its own line.');
  }
});
