import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { WAYS } from '../../helpers/ops/ways-in.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

/** The answers as they were recorded that day, with invented values. */
const FOLDER = join(import.meta.dirname, '../../fixtures/provider-answers/2026-11-25');

/** A proxy of an answer: its URL and its other fields. */
interface Wanted {
  url: string;
  country?: string;
  expires?: string;
  label?: string;
  hasLink?: true;
}

const ANSWERS: Record<string, Wanted[]> = {
  'webshare/direct.json': [{ url: 'http://u:p@203.0.113.4:8168', country: 'US' }],
  'webshare/backbone.json': [
    { url: 'http://u-us-1:p@p.webshare.io:10001', country: 'US' },
    { url: 'http://u-de-2:p@p.webshare.io:10002', country: 'DE' },
  ],
  'proxy-seller/ipv4.json': [
    { url: 'http://l:p@203.0.113.7:49452', country: 'FR', expires: '2027-04-26T23:59:59.999Z' },
  ],
  'proxy-seller/all.json': [
    { url: 'http://l:p@203.0.113.7:49452', country: 'FR', expires: '2027-04-26T23:59:59.999Z' },
    { url: 'socks5://l6:p6@2001:db8::7:1080', country: 'DE', expires: '2027-04-26T23:59:59.999Z' },
    { url: 'http://m:pm@203.0.113.9:2000', country: 'IT', expires: '2027-05-01T23:59:59.999Z', hasLink: true },
  ],
  'px6/answer.json': [{ url: 'http://u:p@203.0.113.250:7330', country: 'RU', expires: '2026-07-12T10:50:41.000Z' }],
  'px6/nokey.json': [{ url: 'socks5://u:p@203.0.113.250:7330', country: 'RU', expires: '2027-07-12T11:50:41.000Z' }],
  'proxy-cheap/answer.json': [{ url: 'http://u:p@203.0.113.18:46000', expires: '2027-01-31T10:00:00.000Z' }],
  'iproyal/strings.json': [{ url: 'http://u:p@203.0.113.5:12323', country: 'DE', expires: '2026-12-01T10:00:00.000Z' }],
  'iproyal/objects.json': [{ url: 'http://u:p@203.0.113.5:12323', country: 'DE', expires: '2026-12-01T10:00:00.000Z' }],
  'iproyal/residential.json': [
    { url: 'http://u:p_country-us_session-ab12cd34_lifetime-10m@geo.iproyal.com:12321' },
    { url: 'http://u:p_country-us_session-ef56gh78_lifetime-10m@geo.iproyal.com:12321' },
  ],
  'asocks/answer.json': [{ url: 'socks5://l:p@203.0.113.6:10001', country: 'US', label: 'n' }],
  'asocks/array.json': [
    { url: 'http://l:p@203.0.113.6:10001', country: 'US', label: 'n', expires: '2027-02-03T04:05:06.000Z' },
  ],
  'mobileproxy/answer.json': [
    { url: 'http://l:p@m.example.com:8080', country: 'DE', expires: '2027-01-02T00:04:05.000Z', hasLink: true },
  ],
  'mobileproxy/list.json': [
    { url: 'http://l:p@m.example.com:8080', expires: '2027-01-02T00:04:05.000Z', hasLink: true },
  ],
  'geonode/free.json': [{ url: 'socks5://203.0.113.12:1080', country: 'US' }],
  'lines.jsonl': [
    { url: 'http://u:p@203.0.113.13:8080', country: 'GB' },
    { url: 'socks5://u:p@203.0.113.14:1080', country: 'US' },
  ],
};

/** The pool as the API exports it, credentials included. */
async function pool(): Promise<Wanted[]> {
  const exported = await bot.ops.command('/proxy export', { format: 'json', credentials: true });
  const [file] = exported.files;
  const { proxies } = JSON.parse((await file?.bytes())?.toString() ?? '{}');
  return proxies.map(wantedOf);
}

function wantedOf(each: Record<string, string | number | null>): Wanted {
  const login = each.username ? `${each.username}:${each.password}@` : '';
  return {
    url: `${each.type}://${login}${each.host}:${each.port}`,
    ...(each.country && { country: String(each.country) }),
    ...(each.expires_at && { expires: String(each.expires_at) }),
    ...(each.label && { label: String(each.label) }),
    ...(each.change_ip_url && { hasLink: true as const }),
  };
}

describe.each(Object.entries(ANSWERS))('%s', (path, wanted) => {
  const list = { name: basename(path), text: readFileSync(join(FOLDER, path), 'utf8') };

  test.each(['the option of a file', 'a list in the modal', 'a request of the API'] as const)(
    'is imported from %s',
    async (way) => {
      await (await WAYS[way](bot, 'proxies', list)).import();
      expect(await pool()).toEqual(wanted);
    },
  );
});
