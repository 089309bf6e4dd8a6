import type { TestBot } from '../bot/bot.ts';
import { changeHealth } from './failing.ts';

const MINUTE_MS = 60_000;
/** Incidents of different providers begin so far apart that none joins another. */
const APART_MS = 10 * MINUTE_MS;
const FIRST_AGO_MS = 3 * 60 * MINUTE_MS;

/** A provider of two proxies that fail and recover together. */
export interface TestProvider {
  proxies: number[];
  fail(): Promise<void>;
  recover(): Promise<void>;
}

/** Adds providers to the pool of a bot, each with a network of its own, and with so many accounts of a model of its own. */
export function providersOf(bot: TestBot): (name: string, accounts?: number) => Promise<TestProvider> {
  let networks = 0;
  return async (name, accounts = 0) => {
    const network = ++networks;
    const file = { name: 'a.txt', data: Buffer.from(`203.0.${network}.1:8080:u:p\n203.0.${network}.2:8080:u:p`) };
    await (await bot.ops.command('/proxy import', { file, provider: name })).click('Import 2');
    for (let n = 0; n < accounts; n++) {
      await bot.ops.command('/account add', { username: `${name}${n}`, model: name });
    }
    const { rows } = await bot.database.pool.query<{ id: number }>(
      'select id from proxies where provider = $1 order by id',
      [name],
    );
    const proxies = rows.map(({ id }) => id);
    const at = new Date(Date.now() - FIRST_AGO_MS + network * APART_MS);
    return {
      proxies,
      fail: () => changeHealth(bot, 'failing', proxies, { at }),
      recover: () => changeHealth(bot, 'healthy', proxies),
    };
  };
}
