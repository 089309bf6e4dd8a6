import { expect, test } from 'vitest';
import type { ExportedProxy } from '../../../../src/domain/export/exported-proxy.ts';
import { exportWriter, textWriter } from '../../../../src/domain/export/write-export.ts';

const FULL: ExportedProxy = {
  id: 7,
  type: 'socks5',
  host: '2001:db8::7',
  port: 1080,
  status: 'blocked',
  model: 'Amber',
  provider: 'acme',
  country: 'DE',
  city: 'Berlin',
  label: '=1+1',
  tags: ['fast', 'new'],
  notes: 'a "b"',
  expiresAt: new Date('2026-12-31T18:00:00Z'),
  monthlyCost: 12.5,
  externalId: 'x-7',
  credentials: { username: '+ann', password: '=s3cret', changeIpUrl: 'https://api.example.com/r/7' },
};
const EMPTY: ExportedProxy = {
  id: 8,
  type: 'http',
  host: '203.0.113.8',
  port: 8080,
  status: 'active',
  model: null,
  provider: null,
  country: null,
  city: null,
  label: null,
  tags: [],
  notes: null,
  expiresAt: null,
  monthlyCost: null,
  externalId: null,
  credentials: { username: '', password: null, changeIpUrl: null },
};
const without = (proxy: ExportedProxy): ExportedProxy => ({ ...proxy, credentials: null });

test('a CSV file with credentials has the marker, all columns, and cells that begin no formula', () => {
  const writer = exportWriter('csv', true);
  expect([writer.begin(), writer.batch([FULL, EMPTY]), writer.batch([]), writer.batch([EMPTY]), writer.end()]).toEqual([
    '# proxy-ops-export v2\r\n' +
      'id,type,host,port,username,password,change_ip_url,status,model,' +
      'provider,country,city,label,tags,notes,expires_at,monthly_cost,external_id\r\n',
    "7,socks5,2001:db8::7,1080,'+ann,'=s3cret,https://api.example.com/r/7,blocked,Amber," +
      'acme,DE,Berlin,\'=1+1,"fast,new","a ""b""",2026-12-31T18:00:00.000Z,12.50,x-7\r\n' +
      '8,http,203.0.113.8,8080,,,,active,,,,,,,,,,\r\n',
    '',
    '8,http,203.0.113.8,8080,,,,active,,,,,,,,,,\r\n',
    '',
  ]);
});

test('a CSV file without credentials has neither the marker nor their columns', () => {
  const writer = exportWriter('csv', false);
  expect(writer.begin() + writer.batch([without(FULL)]) + writer.end()).toBe(
    'id,type,host,port,status,model,provider,country,city,label,tags,notes,expires_at,monthly_cost,external_id\r\n' +
      '7,socks5,2001:db8::7,1080,blocked,Amber,acme,DE,Berlin,' +
      '\'=1+1,"fast,new","a ""b""",2026-12-31T18:00:00.000Z,12.50,x-7\r\n',
  );
});

const PLAIN_OF_FULL =
  '"status":"blocked","model":"Amber","provider":"acme","country":"DE","city":"Berlin","label":"\'=1+1",' +
  '"tags":"fast,new","notes":"a \\"b\\"","expires_at":"2026-12-31T18:00:00.000Z","monthly_cost":"12.50","external_id":"x-7"}';
const PLAIN_OF_EMPTY =
  '"status":"active","model":null,"provider":null,"country":null,"city":null,"label":null,' +
  '"tags":null,"notes":null,"expires_at":null,"monthly_cost":null,"external_id":null}';

test('a JSON file with credentials has the marker, and one proxy per line, however they come', () => {
  const writer = exportWriter('json', true);
  const full =
    '{"id":7,"type":"socks5","host":"2001:db8::7","port":1080,' +
    `"username":"'+ann","password":"'=s3cret","change_ip_url":"https://api.example.com/r/7",${PLAIN_OF_FULL}`;
  const empty =
    '{"id":8,"type":"http","host":"203.0.113.8","port":8080,' +
    `"username":null,"password":null,"change_ip_url":null,${PLAIN_OF_EMPTY}`;
  expect([writer.begin(), writer.batch([FULL, EMPTY]), writer.batch([EMPTY]), writer.end()]).toEqual([
    '{"format":"proxy-ops-export","version":2,"proxies":[',
    `\n${full},\n${empty}`,
    `,\n${empty}`,
    '\n]}\n',
  ]);
});

test('a JSON file without credentials has neither the marker nor their keys', () => {
  const writer = exportWriter('json', false);
  expect(writer.begin() + writer.batch([without(FULL)]) + writer.end()).toBe(
    `{"proxies":[\n{"id":7,"type":"socks5","host":"2001:db8::7","port":1080,${PLAIN_OF_FULL}\n]}\n`,
  );
});

test.each([true, false])(
  'a JSON file is valid with batches that are empty (with credentials: %j)',
  (withCredentials) => {
    const written = (batches: readonly (readonly ExportedProxy[])[]) => {
      const writer = exportWriter('json', withCredentials);
      const text = writer.begin() + batches.map((each) => writer.batch(each)).join('') + writer.end();
      return (JSON.parse(text) as { proxies: { id: number }[] }).proxies.map(({ id }) => id);
    };
    expect([written([]), written([[]]), written([[], [EMPTY], [], [FULL], []])]).toEqual([[], [], [8, 7]]);
  },
);

test('a text has a line per proxy, and nothing around them', () => {
  const writer = textWriter(({ host, port }) => `${host} ${port}`);
  expect([writer.begin(), writer.batch([FULL, EMPTY]), writer.batch([]), writer.end()]).toEqual([
    '',
    '2001:db8::7 1080\n203.0.113.8 8080\n',
    '',
    '',
  ]);
});
