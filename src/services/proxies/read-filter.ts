import { UserError } from '../../base/errors.ts';
import { noProxyMatches, notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findModelId } from '../../db/queries/accounts/models.ts';
import { hasValue } from '../../db/queries/proxies/proxy-filter.ts';
import { NONE, splitValues } from '../../domain/filters/values.ts';
import { FIELD_FILTERS } from '../../domain/proxies/fields.ts';
import { type ProxyFilter, proxyFilter } from '../../domain/proxies/filters.ts';

/**
 * Converts a filter as typed by people and programs to the form in which it is compared with rows.
 *
 * @throws UserError for a value that no proxy can have, such as a country that does not exist
 */
export function readFilter(written: ProxyFilter): ProxyFilter {
  const read = proxyFilter.safeParse(written);
  if (read.success) return read.data;
  throw new UserError(
    'bad_field',
    read.error.issues[0]?.message ?? 'This filter cannot be read.',
    'Nothing was changed.',
  );
}

/** The same for people, to whom a name that does not exist is an error. @throws UserError for it */
export async function readKnownFilter(db: Db | Tx, written: ProxyFilter): Promise<ProxyFilter> {
  const filter = readFilter(written);
  for (const model of valuesOf(filter.model)) {
    if ((await findModelId(db, model)) === undefined) throw notFound('model', model);
  }
  for (const field of FIELD_FILTERS) {
    for (const value of valuesOf(filter[field])) {
      if (!(await hasValue(db, field, value))) throw noProxyMatches({ field, value });
    }
  }
  return filter;
}

const valuesOf = (text: string | undefined) => splitValues(text ?? '').filter((value) => value !== NONE);
