import type { Autocomplete } from '../discord/define/command.ts';
import { AUDIT_ENTITIES } from '../domain/audit-view.ts';
import { NONE, quoteValue, splitLast } from '../domain/filters/values.ts';
import { FIELD_FILTERS, type FieldFilter } from '../domain/proxies/fields.ts';
import { TERM_KEYS, TERMS, type TermKey } from '../domain/proxies/search.ts';
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

/** One value of a filter after the others that are written already. */
async function completeValues(typed: string, find: (last: string) => Promise<readonly string[]>): Promise<string[]> {
  const { before, last } = splitLast(typed);
  const none = NONE.includes(last.toLowerCase()) ? [NONE] : [];
  const found = await find(last);
  return [...found.map(quoteValue), ...none].map((value) => before + value);
}

const asChoices = (texts: readonly string[]) =>
  texts
    .filter((text) => text.length <= LIMITS.choice)
    .slice(0, LIMITS.choices)
    .map((text) => ({ name: text, value: text }));

/** The values of a filter, which takes several and `(none)`. */
const filterValues = (kind: FieldFilter | 'model' | 'vps'): Autocomplete<Services> => ({
  async suggest({ services: { autocomplete: found } }, typed) {
    const most = LIMITS.choices - 1;
    const find = (last: string) => (kind === 'vps' ? found.vps(last, most) : found.values(kind, last, most));
    return asChoices(await completeValues(typed, find));
  },
  read: (text) => text,
});

const fieldFilterValues = Object.fromEntries(
  FIELD_FILTERS.map((filter) => [`filter_${filter}`, filterValues(filter)]),
) as Record<`filter_${FieldFilter}`, Autocomplete<Services>>;

/** A term that is being typed: its key, and its value up to the cursor. */
const OPEN_TERM = /(?<!\S)([a-z]+):((?:"[^"]*"?|[^\s"])*)$/iu;

/** The keys of terms, and the values of the one that is being typed. */
const search: Autocomplete<Services> = {
  async suggest({ services, level }, typed) {
    const [whole = '', written = '', value = ''] = OPEN_TERM.exec(typed) ?? [];
    const key = TERM_KEYS.find((each) => each === written.toLowerCase());
    const keys = TERM_KEYS.filter((each) => each !== 'account' || level !== 'viewer');
    if (!key) {
      const word = /\S*$/.exec(typed)?.[0] ?? '';
      const matching = keys.filter((each) => each.startsWith(word.toLowerCase()));
      return asChoices(matching.map((each) => `${typed.slice(0, typed.length - word.length)}${each}:`));
    }
    const before = `${typed.slice(0, typed.length - whole.length)}${key}:`;
    return asChoices((await termValues(services, key, value)).map((each) => before + each));
  },
  read: (text) => text,
};

async function termValues(services: Services, key: TermKey, typed: string): Promise<string[]> {
  const { before, last } = splitLast(typed);
  const examples = TERMS[key].examples.filter((each) => each.includes(last.toLowerCase()));
  const isFilter = key === 'model' || (FIELD_FILTERS as readonly string[]).includes(key);
  const most = LIMITS.choices - examples.length;
  const found = isFilter
    ? await services.autocomplete.values(key as FieldFilter | 'model', last, most)
    : key === 'source'
      ? await services.autocomplete.sources(last, most)
      : [];
  // In a search a blank ends a term, unless it is within quotes.
  const quoted = found.map((each) => (/[\s,"]/.test(each) ? `"${each.replaceAll('"', '')}"` : each));
  return [...quoted, ...examples].map((each) => before.replaceAll(' ', '') + each);
}

/** A kind of entity, or one entity. */
const entity: Autocomplete<Services> = {
  async suggest({ services, level }, typed) {
    const kinds = AUDIT_ENTITIES.filter((kind) => kind.startsWith(typed.toLowerCase()));
    const [proxies, accounts] = await Promise.all([
      services.autocomplete.proxies(typed, Math.floor(LIMITS.choices / 2), level === 'viewer'),
      services.autocomplete.accounts(typed, Math.floor(LIMITS.choices / 2), level === 'viewer'),
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
      (await services.autocomplete.proxies(typed, LIMITS.choices, level === 'viewer')).map((proxy) =>
        proxyChoice(proxy, level === 'viewer'),
      ),
    read: readProxyChoice,
  },
  account: {
    suggest: async ({ services, level }, typed) =>
      (await services.autocomplete.accounts(typed, LIMITS.choices, level === 'viewer')).map((account) =>
        accountChoice(account, level),
      ),
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
  source: names((services, typed, count) => services.autocomplete.sources(typed, count)),
  environment: names((services, typed, count) => services.autocomplete.environments(typed, count)),
  ...fieldValues,
  model: values('model'),
  ...fieldFilterValues,
  filter_model: filterValues('model'),
  filter_vps: filterValues('vps'),
  search,
} satisfies Record<string, Autocomplete<Services>>;

export type AutocompleteName = keyof typeof autocomplete;
