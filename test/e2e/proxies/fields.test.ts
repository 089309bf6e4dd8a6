import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DETAIL_KEYS,
  type DetailKey,
  detail,
  EDITABLE_KEYS,
  PLAIN_KEYS,
  SECRET_KEYS,
  setOptionOf,
} from '../../../src/domain/proxies/fields.ts';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { valueFor, writtenFor } from '../../helpers/pool/field-values.ts';

/** The fields that are read from files. */
const isFromFile = (key: DetailKey) => detail(key).aliases !== undefined;

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const inJson = (value: unknown) => JSON.parse(JSON.stringify(value));
const ask = async (path: string, init: RequestInit = {}) => {
  const headers = { 'content-type': 'application/json' };
  return (await askApi(bot, path, init.body ? { ...init, headers } : init)).json();
};
const expected = (keys: readonly DetailKey[], which: 'first' | 'second') =>
  inJson(Object.fromEntries(keys.map((key) => [key, valueFor(key, which)])));

async function importFile(name: string, text: string): Promise<void> {
  const preview = await bot.ops.command('/proxy import', { file: { name, data: Buffer.from(text) } });
  await preview.click('Import 1');
}

async function exported(format: 'csv' | 'json'): Promise<string> {
  const [file] = (await bot.ops.command('/proxy export', { format, credentials: true })).files;
  if (!file) throw new Error('no file is attached');
  return (await file.bytes()).toString();
}

/** An export of one proxy without the number of its row, which is another one after an import. */
const withoutNumber = (text: string) => text.replace(/^\d+,/m, '').replace(/"id":\d+,/, '');

/** The values of all fields in the pool, without the secrets, which are encrypted. */
const pool = () =>
  run(`select ${PLAIN_KEYS.map((key) => detail(key).column).join(', ')} from proxies where removed_at is null`);

test.each(['csv', 'json'] as const)(
  'every field goes from a file through an edit, an export as %s and a new import to the API',
  async (format) => {
    await emptyPool(bot.database);
    const keys = DETAIL_KEYS.filter(isFromFile);
    const columns = keys.map((key) => detail(key).column);
    const cells = keys.map((key) => `"${writtenFor(key)}"`);
    await importFile('a.csv', `host,port,username,password,${columns}\n203.0.113.7,8080,ann,s3cret,${cells}\n`);
    expect((await ask('/api/proxies')).items).toMatchObject([expected(PLAIN_KEYS.filter(isFromFile), 'first')]);

    const set = Object.fromEntries(EDITABLE_KEYS.map((key) => [setOptionOf(key), writtenFor(key, 'second')]));
    const preview = await bot.ops.command('/proxy edit', { search: '203.0.113.7', ...set });
    for (const key of EDITABLE_KEYS) expect(preview.text).toContain(detail(key).label);
    await preview.click('Apply 1');
    const before = await pool();

    const text = await exported(format);
    for (const key of SECRET_KEYS) expect(text).toContain(writtenFor(key));
    await emptyPool(bot.database);
    await importFile(`proxies.${format}`, text);
    expect(await pool()).toEqual(before);
    expect(withoutNumber(await exported(format))).toBe(withoutNumber(text));
    const { items } = await ask('/api/proxies');
    expect(items).toMatchObject([expected(EDITABLE_KEYS, 'second')]);

    const body = JSON.stringify(expected(EDITABLE_KEYS, 'first'));
    expect(await ask(`/api/proxies/${items[0].id}`, { method: 'PATCH', body })).toMatchObject(
      expected(EDITABLE_KEYS, 'first'),
    );
  },
);
