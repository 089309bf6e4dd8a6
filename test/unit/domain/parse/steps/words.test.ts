import { describe, expect, test } from 'vitest';
import { nameOfWord, tailWordOf, type Word, wordOf } from '../../../../../src/domain/parse/forms/words.ts';

/** The type, the country or the name of a word. */
function meaningOf(word: Word | null): string | null {
  if (word?.part === 'several') return word.words.map(meaningOf).join();
  if (word?.part === 'country') return word.country;
  return word?.part === 'type' ? word.type : word && nameOfWord(word);
}

describe.each([
  ['latency', ['120ms', '1.5 s', '12,5 sec', '3 seconds', '1 msec', '1 secs', '123456.123456ms', '(120ms)']],
  ['uptime', ['9%', '99.5 %', '100,1234%']],
  ['speed', ['10 mbps', '1.5kb/s', '7b', '7 bit', '100Gbit/s', '1MByte/s', '123456,1234 bps']],
  ['date', ['2026-12-31', '2026/1/2', '2026.1.2', '2026-12-31T10:30', '2026-12-31 1:30', '2026-12-31 10:30:11']],
  ['date', ['2026-12-31 10:30:11.123456789', '2026-12-31T10:30Z', '2026-12-31T10:30 +02:00', '2026-12-31T10:30-0200']],
  ['date', ['31.12.2026', '31/12/26', '1.2.26 10:30', '1.2.2026 1:30:11', '10:30', '1:30', '10:30:11']],
  ['date', ['5 sec ago', '5 seconds ago', '1234 hours ago', '1 day ago', '5 mins ago']],
  ['period', ['30d', '30 days', '1 h', '1week', '2 weeks', '1mo', '1 month', '3 months', '1 year', '1234w']],
  ['price', ['5$', '5.99 €', '5,5£', '5 USD', '5EUR', '5GBP', '5 RUB', '123456$', '$5', '€ 5.99', '£5,5', '$123456']],
  ['address', ['203.0.113.8', '1.2.3.4', '2001:db8::7', '3fff:1:2:3:4:5:6:7', '2001::', '2001:DB8::A']],
  ['network', ['AS123', 'AS1234567890']],
  ['US,anonymity', ['US-N-S!', 'US-N', 'US-A!', 'US-H-S']],
  ['anonymity', ['elite', 'Elite', 'HIGH ANONYMITY', 'elite proxy', '(elite)', '[anm]', 'hia', 'noa', 'distorting']],
  ['state', ['+', '-', '–', '✓', '✔', 'yes', 'Offline', 'unchecked', 'google']],
  ['DE', ['DE', 'DEU', 'Germany', 'GERMANY', '(DE)', '[DE]', '( DE )']],
  ['CI', ["Côte d'Ivoire", 'Côte d’Ivoire', 'CIV']],
  ['GW', ['Guinea-Bissau']],
  ['TT', ['Trinidad & Tobago']],
  ['socks5', ['socks5', 'SOCKS5H', 'socks4/socks5', '(socks5)']],
  ['http', ['http', 'http/https']],
] as const)('a word beside an address means %s', (meaning, texts) => {
  test.each(texts)('%j', (text) => {
    expect(meaningOf(wordOf(text))).toBe(meaning);
  });
});

describe('a word beside an address means nothing', () => {
  test.each([
    ...[
      '',
      'x'.repeat(41),
      'ann',
      'elitex',
      'xelite',
      'u',
      'U',
      'ZZ',
      'De',
      'de',
      'germany',
      'Xyzzy',
      '5',
      'http/socks5',
    ],
    ...['1234567ms', '1.1234567ms', '120msx', 'x120ms', '1.ms', '1  ms', '1 mms', '1234%5', '1000%', '99.12345%'],
    ...['99%x', '99  %', '1 mbpsx', '7.12345b', '1234567b', '7xb', '7  b'],
    ...[
      '12001:db8::7',
      '2026-12-31x',
      '2026-123-1',
      '2026-1-123',
      '26-1-1',
      '12026-1-1',
      '2026-12-31 100:30',
      '2026-12-31 10:3',
    ],
    ...['2026-12-31 10:300', '2026-12-31 10:30:1', '2026-12-31 10:30:111', '2026-12-31 10:30:11.', '2026-12-31_10:30'],
    ...['2026-12-31 10:30:11.1234567890', '2026-12-31 10:30 +2', '31.12.202', '31.12.20261', '311.1.26', '1.311.26'],
    ...['31-12-2026', '1.2.26x', '1.2.26 100:30', '1.2.26 10:3', '1.2.26 10:30:1', '1.2.26 10:30:111', '1.2.26T10:30'],
    ...['100:30', '10:3', '10:30:1', '10:300', '10:30:111', '10:30x', '12345 min ago', '5 min agox', '5 min  ago'],
    ...['5min ago', '5 weeks ago', '12345d', '30dx', '30  d', '1 yearss', '1 ds'],
    ...['1234567$', '5.999$', '5$x', '5  $', '5usd', '$5.999', 'x$5', '$5x', '$1234567', '$  5', '$', '$.5'],
    ...['1234.0.113.8', '203.0.113.1234', '203.0.113', '203.0.113.8.9', '203.0.113.8x', '2001:db8:1:2:3:4:5'],
    ...['2001:db8:1:2:3:4:5:6:7', '4001:db8::7', '201:db8::7', '2001:db8::7g', '2001:db8::12345', '2:3::'],
    ...[
      'AS12345678901',
      'as123',
      'xAS12',
      'AS12x',
      'ZZ-N',
      'us-N',
      'US-X',
      'US-N-X',
      'USA-N',
      'US-N!!',
      'US-N!x',
      'xUS-N',
    ],
    ...['(DE]', '[DE)', '((DE))', '(DE', 'DE)', '{DE}'],
  ])('%j', (text) => {
    expect(meaningOf(wordOf(text))).toBeNull();
  });
});

test.each([
  ['DE', 'DE'],
  ['UK', 'GB'],
  ['DEU', 'DE'],
  ['Germany', 'DE'],
  ['elite', 'anonymity'],
  ['socks5', 'socks5'],
  ['120ms', 'latency'],
  ['US-N-S!', 'US,anonymity'],
  ['1500000000', 'date'],
  ['1999999999', 'date'],
  ['1400000000', undefined],
  ['2600000000', undefined],
  ['160000000', undefined],
  ['16000000000', undefined],
  ['1600000000x', undefined],
  ['x1600000000', undefined],
  ['de', undefined],
  ['ZZ', undefined],
  ['ann', undefined],
  ['5', undefined],
  ['', undefined],
])('%j behind a password means %s, asked twice', (text, meaning) => {
  const said = () => tailWordOf(text)?.map(meaningOf).join();
  expect([said(), said()]).toEqual([meaning, meaning]);
});
