import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import {
  type ProviderEntry,
  readProviderEntries,
  TWO_READINGS,
} from '../../../../../src/domain/parse/provider-entries.ts';
import { proxy } from '../read.ts';

const OPTIONS = { isPrivateAllowed: false, maxRows: 100 };

/** The proxies of each entry, or why they are refused. */
const readEntries = (entries: ProviderEntry[], options = OPTIONS) =>
  readProviderEntries(entries, options).map((found) =>
    found.map((each) => (each instanceof Refusal ? each.reason : each)),
  );

test('every field of an entry is read', () => {
  const entry = {
    id: 7,
    ip: '203.0.113.1',
    port: '1080',
    type: 'SOCKS5',
    login: 'ann',
    password: 'pw',
    country: 'Germany',
    city: 'Köln',
    date_end: '2027-01-02',
    price: 3,
    tags: ['a'],
    change_ip_link: 'https://api.example.com/r/7',
  };
  expect(readEntries([entry])).toEqual([
    [
      proxy({
        host: '203.0.113.1',
        port: 1080,
        type: 'socks5',
        username: 'ann',
        password: 'pw',
        country: 'DE',
        city: 'Köln',
        expiresAt: new Date('2027-01-02T23:59:59.999Z'),
        monthlyCost: 3,
        tags: ['a'],
        changeIpUrl: 'https://api.example.com/r/7',
      }),
    ],
  ]);
});

describe('entries', () => {
  const A = { ip: '203.0.113.1', port: 80 };

  test('keep their places, whatever is refused among them', () => {
    expect(
      readEntries([
        { id: 1 },
        A,
        {
          list: [
            { ip: '203.0.113.2', port: 0 },
            { ip: '203.0.113.3', port: 81 },
          ],
          login: 'ann',
          password: 'pw',
        },
        { ip: '10.0.0.1', port: 80 },
        { proxies: ['203.0.113.4:82', 'x y', 'a.example.com:1:b.example.com:2'] },
        {},
      ]),
    ).toEqual([
      ['The host is missing.'],
      [proxy({ host: '203.0.113.1', port: 80 })],
      [
        proxy({ host: '203.0.113.3', port: 81, username: 'ann', password: 'pw' }),
        'The port must be between 1 and 65535.',
      ],
      ['The host is not on the public internet: private (10.0.0.0/8).'],
      [
        proxy({ host: '203.0.113.4', port: 82 }),
        'It can be read in two ways: it must be written as user:password@host:port.',
        'Not a proxy: no host and port found.',
      ],
      ['The host is missing.'],
    ]);
    expect(readEntries([])).toEqual([]);
    expect(TWO_READINGS.reason).toBe('It can be read in two ways: it must be written as user:password@host:port.');
  });

  test('whose dates can be read in two orders are refused once', () => {
    expect(readEntries([{ ...A, expires: '01/02/2027' }])).toEqual([[TWO_READINGS.reason]]);
  });

  test('are limited in number by their proxies', () => {
    const entries = [{ list: [A, { ...A, port: 81 }] }];
    expect(readEntries(entries, { ...OPTIONS, maxRows: 2 })[0]).toHaveLength(2);
    expect(() => readEntries(entries, { ...OPTIONS, maxRows: 1 })).toThrow('The file has more than 1 rows');
  });

  test('may be in private networks if that is allowed', () => {
    expect(readEntries([{ ip: '10.0.0.1', port: 80 }], { ...OPTIONS, isPrivateAllowed: true })).toEqual([
      [proxy({ host: '10.0.0.1', port: 80 })],
    ]);
  });
});
