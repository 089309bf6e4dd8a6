import { UserError } from '../../base/errors.ts';
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
