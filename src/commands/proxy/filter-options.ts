import { choice, type Option, text } from '../../discord/define/options.ts';
import { type FilterName, PROXY_FILTERS, type ProxyFilter } from '../../domain/proxies/filters.ts';
import type { AutocompleteName } from '../autocomplete.ts';

function optionOf(filter: (typeof PROXY_FILTERS)[FilterName]): Option<string | undefined, AutocompleteName> {
  const { description } = filter;
  if ('values' in filter) return choice<readonly [string, ...string[]], object>(description, filter.values, {});
  return text(description, { maxLength: filter.maxChars, autocomplete: filter.autocomplete });
}

type FilterOptions = { [K in FilterName]: Option<ProxyFilter[K], AutocompleteName> };

/** Filters of commands that apply to many proxies. */
export const filterOptions = Object.fromEntries(
  Object.entries(PROXY_FILTERS).map(([name, filter]) => [name, optionOf(filter)]),
) as FilterOptions;

/** One proxy, or all that a filter matches. */
export const targetOptions = {
  proxy: text('A single proxy', { autocomplete: 'proxy', maxLength: 300 }),
  ...filterOptions,
};
