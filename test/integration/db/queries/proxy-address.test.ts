import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proxyAddress } from '../../../../src/db/queries/proxies/proxy-address.ts';
import { proxies } from '../../../../src/db/schema/proxies.ts';
import { as } from '../../../../src/db/sql/columns.ts';
import { formatAddress } from '../../../../src/domain/proxies/address.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('SQL writes the address of a proxy as the program does', async () => {
  const hosts = ['203.0.113.7', 'gate.example.com', '2001:db8::7', '2001:db8:0:1:1:1:1:1', 'xn--e1afmkfd.example'];
  for (const host of hosts) {
    const { rows } = await database.db.execute<{ p: string; f: string; missing: string | null }>(sql`
      select ${proxyAddress(as(proxies, 'p'))} as p, ${proxyAddress(as(proxies, 'f'))} as f, ${proxyAddress(as(proxies, 'g'))} as missing
      from (values (${host}::text, 8080)) p(host, port)
      join (values (${host}::text, 65535)) f(host, port) on true
      left join (values (''::text, 0)) g(host, port) on false`);
    expect(rows[0]).toEqual({ p: formatAddress(host, 8080), f: formatAddress(host, 65_535), missing: null });
  }
});
