import { applied } from '../process/outcome.ts';
import { type Desk, liveAccounts, liveProxies, type Operation, somebody } from './desk.ts';

/** Somebody looks at something. It changes nothing, and must not fail. */
export function read(desk: Desk): Operation {
  const { random } = desk;
  const proxy = random.some(liveProxies(desk));
  const account = random.some(liveAccounts(desk));
  const reads: { name: string; run: Operation['run'] }[] = [
    {
      name: 'list proxies',
      run: async ({ services }) => applied(`${(await services.proxies.list({ sort: 'usage' })).total}`),
    },
    {
      name: 'list accounts',
      run: async ({ services }) => applied(`${(await services.accounts.list({ state: 'waiting' })).total}`),
    },
    {
      name: 'list alerts',
      run: async ({ services }) => applied(`${(await services.alerts.list()).undelivered} undelivered`),
    },
    { name: 'show statistics', run: async ({ services }) => applied(`${(await services.stats.pool()) !== undefined}`) },
  ];
  if (proxy)
    reads.push({
      name: `show #${proxy.id}`,
      run: async ({ services }) => applied((await services.proxies.show(proxy.id)).proxy.status),
    });
  if (account)
    reads.push({
      name: `show ${account.username}`,
      run: async ({ services }) => applied((await services.accounts.show(account.id)).state),
    });
  const { name, run } = random.pick(reads);
  return { name, run, actor: somebody(desk), effects: {} };
}
