import type { Autocomplete } from '../discord/define/command.ts';
import { AUDIT_ENTITIES } from '../domain/audit-view.ts';
import { FIELD_FILTERS, type FieldFilter } from '../domain/proxies/fields.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import { truncate } from '../kit/text.ts';
import type { Services } from '../services/services.ts';
import { accountChoice } from '../views/account/list.ts';
import { proxyChoice } from '../views/proxy/list.ts';

const values =
  (kind: FieldFilter | 'model'): Autocomplete<Services> =>
  async ({ services }, typed) =>
    (await services.autocomplete.values(kind, typed, LIMITS.choices)).map((value) => ({ name: value, value }));

/** The values of each field that can be filtered by. */
const fieldValues = Object.fromEntries(FIELD_FILTERS.map((filter) => [filter, values(filter)])) as Record<
  FieldFilter,
  Autocomplete<Services>
>;

/** The autocomplete lists, by the name that options refer to. */
export const autocomplete = {
  proxy: async ({ services, level }, typed) =>
    (await services.autocomplete.proxies(typed, LIMITS.choices)).map((proxy) => proxyChoice(proxy, level === 'viewer')),
  account: async ({ services, level }, typed) =>
    (await services.autocomplete.accounts(typed, LIMITS.choices)).map((account) => accountChoice(account, level)),
  actor: async ({ services }, typed) =>
    (await services.autocomplete.actors(typed, LIMITS.choices)).map(({ id, name }) => ({
      name: truncate(name, 100),
      value: id,
    })),
  entity: async ({ services, level }, typed) => {
    const kinds = AUDIT_ENTITIES.filter((kind) => kind.startsWith(typed.toLowerCase()));
    const [proxies, accounts] = await Promise.all([
      services.autocomplete.proxies(typed, Math.floor(LIMITS.choices / 2)),
      services.autocomplete.accounts(typed, Math.floor(LIMITS.choices / 2)),
    ]);
    return [
      ...kinds.map((kind) => ({ name: kind, value: kind })),
      ...proxies.map((proxy) => proxyChoice(proxy, level === 'viewer')),
      ...accounts.map((account) => ({
        name: truncate(`account ${account.username}`, 100),
        value: `account #${account.id}`,
      })),
    ].slice(0, LIMITS.choices);
  },
  vps: async ({ services }, typed) =>
    (await services.autocomplete.vps(typed, LIMITS.choices)).map((name) => ({ name, value: name })),
  environment: async ({ services }, typed) =>
    (await services.autocomplete.environments(typed, LIMITS.choices)).map((name) => ({ name, value: name })),
  ...fieldValues,
  model: values('model'),
} satisfies Record<string, Autocomplete<Services>>;

export type AutocompleteName = keyof typeof autocomplete;
