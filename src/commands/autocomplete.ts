import type { Autocomplete } from '../discord/define/command.ts';
import { AUDIT_ENTITIES } from '../domain/audit-view.ts';
import { FIELD_FILTERS, type FieldFilter } from '../domain/proxies/fields.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import { truncate } from '../kit/text.ts';
import type { Services } from '../services/services.ts';
import {
  accountChoice,
  accountEntityChoice,
  readAccountChoice,
  readAccountEntityChoice,
} from '../views/choices/account-choice.ts';
import { proxyChoice, readProxyChoice } from '../views/choices/proxy-choice.ts';

/** A list of names, each shown as it is. What is altered for display is found all the same, since names are found by how they look. */
function names(
  find: (services: Services, typed: string, count: number) => Promise<readonly string[]>,
): Autocomplete<Services> {
  return {
    suggest: async ({ services }, typed) =>
      (await find(services, typed, LIMITS.choices)).map((name) => ({ name, value: name })),
    read: (text) => text,
  };
}

const values = (kind: FieldFilter | 'model') =>
  names((services, typed, count) => services.autocomplete.values(kind, typed, count));

/** The values of each field that can be filtered by. */
const fieldValues = Object.fromEntries(FIELD_FILTERS.map((filter) => [filter, values(filter)])) as Record<
  FieldFilter,
  Autocomplete<Services>
>;

/** A kind of entity, or one entity. */
const entity: Autocomplete<Services> = {
  async suggest({ services, level }, typed) {
    const kinds = AUDIT_ENTITIES.filter((kind) => kind.startsWith(typed.toLowerCase()));
    const [proxies, accounts] = await Promise.all([
      services.autocomplete.proxies(typed, Math.floor(LIMITS.choices / 2)),
      services.autocomplete.accounts(typed, Math.floor(LIMITS.choices / 2)),
    ]);
    return [
      ...kinds.map((kind) => ({ name: kind, value: kind })),
      ...proxies.map((proxy) => proxyChoice(proxy, level === 'viewer')),
      ...accounts.map((account) => accountEntityChoice(account)),
    ].slice(0, LIMITS.choices);
  },
  read: (text) => readAccountEntityChoice(readProxyChoice(text)),
};

/** The autocomplete lists, by the name that options refer to. */
export const autocomplete = {
  proxy: {
    suggest: async ({ services, level }, typed) =>
      (await services.autocomplete.proxies(typed, LIMITS.choices)).map((proxy) =>
        proxyChoice(proxy, level === 'viewer'),
      ),
    read: readProxyChoice,
  },
  account: {
    suggest: async ({ services, level }, typed) =>
      (await services.autocomplete.accounts(typed, LIMITS.choices)).map((account) => accountChoice(account, level)),
    read: readAccountChoice,
  },
  actor: {
    suggest: async ({ services }, typed) =>
      (await services.autocomplete.actors(typed, LIMITS.choices)).map(({ id, name }) => ({
        name: truncate(name, LIMITS.choice),
        value: id,
      })),
    // The name is read as it is: entries are found by it as well.
    read: (text) => text.replace(/…$/, ''),
  },
  entity,
  vps: names((services, typed, count) => services.autocomplete.vps(typed, count)),
  environment: names((services, typed, count) => services.autocomplete.environments(typed, count)),
  ...fieldValues,
  model: values('model'),
} satisfies Record<string, Autocomplete<Services>>;

export type AutocompleteName = keyof typeof autocomplete;
