/** Data to look at: a pool of four providers and accounts of six models. Addresses are of the documentation ranges, so they lead nowhere. */

const PROVIDERS = [
  {
    name: 'Northwind',
    network: '203.0.113',
    type: 'http',
    port: 8080,
    country: 'DE',
    city: 'Berlin',
    cost: 2.4,
    proxies: 110,
  },
  {
    name: 'Acme',
    network: '198.51.100',
    type: 'socks5',
    port: 1080,
    country: 'US',
    city: 'Chicago',
    cost: 1.9,
    proxies: 90,
  },
  { name: 'Globex', network: '192.0.2', type: 'https', port: 443, country: 'FR', city: 'Lyon', cost: 3.1, proxies: 60 },
] as const;

/** A gateway: one address, told apart by the session in the username. */
const GATEWAY = { name: 'Umbra', host: 'gate.umbra.example', port: 7000, sessions: 40 };

const MODELS = [
  ['amber', 120],
  ['bella', 90],
  ['cora', 70],
  ['dahlia', 60],
  ['esme', 40],
  ['freya', 20],
] as const;

const HEADER = 'type,host,port,username,password,provider,country,city,label,tags,expires_at,monthly_cost';
const DAY_MS = 86_400_000;

/** About 300 proxies as a provider's CSV; some expire within the week of `now`. */
export function sampleProxies(now: Date): string {
  const rows = PROVIDERS.flatMap((provider) =>
    Array.from({ length: provider.proxies }, (_, n) => {
      const expires = new Date(now.getTime() + (n % 20 === 0 ? 5 : 60 + n) * DAY_MS).toISOString().slice(0, 10);
      const label = `${provider.city} ${n + 1}`;
      const login = `team-${provider.name.toLowerCase()},s3cret-${n}`;
      return `${provider.type},${provider.network}.${n + 1},${provider.port},${login},${provider.name},${provider.country},${provider.city},${label},desk,${expires},${provider.cost}`;
    }),
  );
  const sessions = Array.from(
    { length: GATEWAY.sessions },
    (_, n) =>
      `http,${GATEWAY.host},${GATEWAY.port},customer-team-sessid-${n + 1},s3cret,${GATEWAY.name},US,,,rotating,,0.8`,
  );
  return [HEADER, ...rows, ...sessions].join('\n');
}

/** 400 accounts of six models, dealt in turn so that every model begins at once. */
export function sampleAccounts(): { username: string; model: string; label: string }[] {
  return MODELS.flatMap(([model, count]) =>
    Array.from({ length: count }, (_, n) => ({
      username: `${model}.${String(n + 1).padStart(3, '0')}`,
      model: model[0]?.toUpperCase() + model.slice(1),
      label: `shift ${(n % 3) + 1}`,
      turn: n / count,
    })),
  )
    .sort((a, b) => a.turn - b.turn)
    .map(({ turn, ...account }) => account);
}
