import { STATEMENT_FAULTS } from '../database/relay.ts';
import type { Random } from '../kit/random.ts';
import { type Desk, liveProxies, PROVIDERS } from '../people/desk.ts';
import { changeSupply } from '../people/sources.ts';
import type { Fault } from '../process/gate.ts';
import { CLEAR, type Weather } from '../world/discord.ts';

const KINDS: readonly Fault['kind'][] = [...STATEMENT_FAULTS, 'crash before', 'crash after'];
/** Most operations have fewer statements; a fault of a later one does not happen. */
const MOST_STATEMENTS = 30;

/** At a COMMIT an operation is done and its caller does not know it yet, so that much can go wrong there. */
const OF_COMMITS = 0.5;
const MOST_COMMITS = 2;
const AFTER_COMMIT: readonly Fault['kind'][] = ['answer lost', 'crash after'];

export function drawFault(random: Random): Fault {
  if (!random.chance(OF_COMMITS)) {
    return { kind: random.pick(KINDS), isOfCommits: false, nth: random.int(1, MOST_STATEMENTS) };
  }
  const kind = random.pick(random.chance(0.7) ? AFTER_COMMIT : KINDS);
  return { kind, isOfCommits: true, nth: random.int(1, MOST_COMMITS) };
}

const WEATHERS: readonly { weight: number; weather: Weather }[] = [
  { weight: 8, weather: CLEAR },
  { weight: 3, weather: { refused: 0.05, unavailable: 0.2, lost: 0.2 } },
  { weight: 1, weather: { refused: 0, unavailable: 1, lost: 0 } },
  { weight: 1, weather: { refused: 0, unavailable: 0, lost: 1 } },
  { weight: 1, weather: { refused: 1, unavailable: 0, lost: 0 } },
];

export const drawWeather = (random: Random): Weather => random.weighted(WEATHERS).weather;

/** When the list of the provider changes. */
const SUPPLY_HOURS = [6, 12, 18];

/** What goes wrong in the world in a day: providers, single proxies, the target, our own way out, and the lists of the provider. */
export function troubleOfDay(desk: Desk): { atHour: number; begin: () => void }[] {
  const { random, network } = desk;
  const hour = () => random.int(4, 22) + random.next();
  const events = [
    {
      atHour: hour(),
      begin: () =>
        network.breakDown(
          `provider ${random.pick(PROVIDERS)}`,
          random.int(1, 4),
          random.pick(['refused', 'billing', 'timeout']),
        ),
    },
    {
      atHour: hour(),
      begin: () => network.breakDown(random.pick(['target', 'way out']), 1 + random.next() * 2, 'timeout'),
    },
    ...SUPPLY_HOURS.map((atHour) => ({ atHour, begin: () => changeSupply(desk) })),
  ];
  for (let n = random.int(2, 6); n > 0; n--) events.push({ atHour: hour(), begin: () => breakOne(desk) });
  return events.filter(() => random.chance(0.7));
}

function breakOne(desk: Desk): void {
  const { random, network } = desk;
  const host = random.some(liveProxies(desk))?.host;
  if (host === undefined) return;
  if (random.chance(0.2)) network.flap(host, true);
  else network.breakDown(host, random.int(1, 30), random.pick(['timeout', 'auth', 'reset', 'billing']));
}
