import type { DroppedFile } from '../kit/compose.ts';

/** Models of the accounts of the job. */
export const MODELS = 'Amber Bella Chloe Dahlia Elena Freya Greta Hanna Irene Julia Karla Linda'.split(' ');
const ACCOUNTS = 15_000;
const VPS = 20;
const SEED = 20_261_126;

/** Numbers from 0 to 1 that are the same in every run (mulberry32 of Tommy Ettinger). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Login {
  host: string;
  port: number;
  username: string;
  password: string;
}

const random = seeded(SEED);
const below = (most: number) => Math.floor(random() * most);
const letters = (length: number) => Array.from({ length }, () => String.fromCharCode(97 + below(26))).join('');

/** Logins on hosts of public networks. No check reaches them: the sandbox connects to this machine only. */
function logins(count: number, network: number): Login[] {
  return Array.from({ length: count }, (_, n) => ({
    host: `${network}.${64 + (n >> 8)}.${n & 255}.${1 + below(254)}`,
    port: 6_000 + below(900),
    username: `user${letters(4)}`,
    password: letters(12),
  }));
}

/** A download of Webshare: 1,994 proxies, 20 of them twice, and six lines that are no proxies. */
export function webshare(): DroppedFile {
  const unique = logins(1_974, 64).map((each) => [each.host, each.port, each.username, each.password].join(':'));
  const junk = [
    'Webshare proxy list - page 2',
    'Your subscription is valid until December 2026',
    'Page 2 of 10',
    'Renew at webshare.io 2026',
    '203.0.113.300:8080:anna:secret',
    'Support: help@example.com 24',
  ];
  const lines = [...unique, ...unique.slice(0, 20)];
  for (const [n, line] of junk.entries()) lines.splice((n + 1) * 250, 0, line);
  return { name: 'webshare-2000.txt', text: lines.join('\r\n') };
}

/** A table of IPRoyal with a byte order mark and semicolons: 1,500 sessions of one gateway. */
export function ipRoyal(): DroppedFile {
  const rows = Array.from({ length: 1_500 }, () => {
    const session = letters(8);
    return ['geo.iproyal.com', 12_321, `anna_session-${session}_lifetime-30m`, letters(10), 'DE'].join(';');
  });
  return { name: 'iproyal.csv', text: `\uFEFF${['Host;Port;Username;Password;Country', ...rows].join('\r\n')}` };
}

/** A table of Proxy-Seller: 1,527 proxies with the day on which they end. */
export function proxySeller(): DroppedFile {
  const rows = logins(1_527, 91).map(({ host, port, username, password }, n) =>
    [host, port, username, password, 'NL', `2027-0${1 + (n % 9)}-15`].join(','),
  );
  return { name: 'proxy-seller.csv', text: ['IP,Port,Login,Password,Country,Ends', ...rows].join('\n') };
}

/** 15,000 accounts of 12 models on 20 VPS. */
export function accounts(): DroppedFile {
  const rows = Array.from({ length: ACCOUNTS }, (_, n) => {
    const model = MODELS[n % MODELS.length] ?? '';
    return `${model.toLowerCase()}.${String(n + 1).padStart(5, '0')},${model},vps-${String(1 + (n % VPS)).padStart(2, '0')}`;
  });
  return { name: 'accounts.csv', text: ['username,model,vps', ...rows].join('\n') };
}

/** The 20 VPS, without relations. */
export function machines(): DroppedFile {
  const rows = Array.from({ length: VPS }, (_, n) => `vps-${String(n + 1).padStart(2, '0')},production,Falkenstein`);
  return { name: 'vps.csv', text: ['vps,environment,region', ...rows].join('\n') };
}

/** A file of prose, in which there is no proxy. */
export const PROSE: DroppedFile = { name: 'letter.txt', text: 'Dear team,\nplease find the list below.\nBest regards' };
