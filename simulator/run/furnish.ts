import { SECRET } from '../checks/secrets.ts';
import { importAccounts } from '../people/accounts.ts';
import { VPS } from '../people/desk.ts';
import { importProxies, newHost } from '../people/pool.ts';
import { addSource } from '../people/sources.ts';
import { takeSnapshot } from '../world/snapshot.ts';
import { BOT, type World } from './world.ts';

/** How much happens. */
export interface Size {
  proxies: number;
  accounts: number;
  /** Operations of people and programs per day. */
  operations: number;
}
const ADMIN = { id: 'discord:11', name: 'Ada' };
/** Each file of proxies is of one provider. */
const PER_FILE = { proxies: 40, accounts: 250 };
const SOLD_SHARE = 0.2;
/** A role that is mentioned if nobody acknowledges an incident. */
const ESCALATION = { escalateRole: '100000000000000024', escalateAfter: 15, escalateMinAccounts: 1 };

/** Fills an empty database through the product: machines, proxies, a source, accounts and settings. */
export async function furnish(world: World, { proxies, accounts }: Size): Promise<void> {
  const { desk, database } = world;
  const { parts } = world.process(BOT);
  for (const name of VPS) await parts.services.vps.add(ADMIN, { name });
  await parts.services.alerts.changeSettings(ADMIN, { ...ESCALATION, failover: 'auto', expiryDays: 3 });
  for (let n = 0; n < proxies * SOLD_SHARE; n++) {
    const host = newHost(desk);
    const password = `${SECRET}-${host}`;
    desk.network.add(host, { provider: 'dune', password, exitIp: host });
    desk.provider.sold.push({ externalId: `d-${desk.fresh()}`, host, password, country: 'DE', isListed: true });
  }
  await addSource(desk).run(parts, ADMIN);
  for (let left = proxies * (1 - SOLD_SHARE); left > 0; left -= PER_FILE.proxies) {
    await importProxies(desk, Math.min(PER_FILE.proxies, left)).run(parts, ADMIN);
  }
  for (let left = accounts; left > 0; left -= PER_FILE.accounts) {
    await importAccounts(desk, Math.min(PER_FILE.accounts, left)).run(parts, ADMIN);
  }
  for (const press of desk.buttons.splice(0)) {
    const { name, run } = press();
    if (name.startsWith('import')) await run(parts, ADMIN);
  }
  desk.seen = await takeSnapshot(database);
}
