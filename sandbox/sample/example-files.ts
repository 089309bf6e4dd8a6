import type { ExampleFile } from '../server/page/connection.ts';
import type { SamplePool } from './sample-pool.ts';

const MODELS = 'Amber Bella Chloe Dahlia Elena Freya Greta Hanna Irene Julia Karla Linda'.split(' ');
const VPS = 20;

/** The sample has the sessions before it. */
const FIRST_SESSION = 1_001;

/** Number of rows of the files that the page offers. */
const SIZES = { proxies: 5_000, accounts: 12_000 };

/**
 * Files to import, as a team gets them: a provider's list without a header, and a table of accounts with their models and VPS.
 * The proxies are sessions of the sample's gateway, so checks of them succeed.
 */
export function exampleFiles(pool: SamplePool, { proxies, accounts } = SIZES): ExampleFile[] {
  return [
    { name: 'proxies.txt', title: `${proxies.toLocaleString('en')} proxies`, text: () => proxyList(pool, proxies) },
    { name: 'accounts.csv', title: `${accounts.toLocaleString('en')} accounts`, text: () => accountTable(accounts) },
  ];
}

function proxyList(pool: SamplePool, count: number): string {
  const lines = pool
    .sessions(count, FIRST_SESSION)
    .map(({ host, port, username, password }) => [host, port, username, password]);
  return lines.map((line) => `${line.join(':')}\n`).join('');
}

function accountTable(count: number): string {
  const lines = Array.from({ length: count }, (_, n) => {
    const model = MODELS[n % MODELS.length] ?? '';
    const vps = `vps-${String((n % VPS) + 1).padStart(2, '0')}`;
    return `${model.toLowerCase()}.${String(n + 1).padStart(5, '0')},${model},${vps}\n`;
  });
  return `username,model,vps\n${lines.join('')}`;
}
