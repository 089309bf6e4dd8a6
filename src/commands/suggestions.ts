import type { Suggest } from '../discord/command.ts';
import { LIMITS } from '../discord/limits.ts';
import type { Services } from '../services/services.ts';
import { accountChoice } from '../views/account/list.ts';
import { proxyChoice } from '../views/proxy/list.ts';

const values =
  (kind: 'provider' | 'country' | 'tag' | 'model'): Suggest<Services> =>
  async ({ services }, typed) =>
    (await services.proxies.suggestValues(kind, typed, LIMITS.choices)).map((value) => ({ name: value, value }));

/** The lists that complete options, by the name that an option gives. */
export const suggestions: Record<string, Suggest<Services>> = {
  proxy: async ({ services, level }, typed) =>
    (await services.proxies.suggest(typed, LIMITS.choices)).map((proxy) => proxyChoice(proxy, level === 'viewer')),
  account: async ({ services, level }, typed) =>
    (await services.accounts.suggest(typed, LIMITS.choices)).map((account) => accountChoice(account, level)),
  provider: values('provider'),
  country: values('country'),
  tag: values('tag'),
  model: values('model'),
};
