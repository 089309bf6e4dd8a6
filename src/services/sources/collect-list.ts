import { UserError } from '../../base/errors.ts';
import type { ListNotes } from '../../db/queries/sources/compare-list.ts';
import type { ListedPage, ListedProxy } from '../../domain/sources/listed.ts';
import { SourceError, type SourceFailure } from '../../domain/sources/source-error.ts';

/** The list of a source in memory. Its secrets are encrypted before they are stored. */
export interface CollectedList extends ListNotes {
  proxies: readonly ListedProxy[];
  /** Number of entries that are not proxies which the pool takes, and of those that another one repeats. */
  refused: number;
  /** Why it is not complete; undefined if it is. */
  failure: SourceFailure | undefined;
}

/** Reads all pages. A list that ends with an error holds as far as it was read. @throws the error of a list without any entry */
export async function collectList(pages: AsyncIterable<ListedPage>): Promise<CollectedList> {
  const list: { proxies: ListedProxy[]; refusedIds: string[]; replacements: ListedPage['replacements'] } = {
    proxies: [],
    refusedIds: [],
    replacements: [],
  };
  let refused = 0;
  let failure: SourceFailure | undefined;
  const identities = new Set<string>();
  try {
    for await (const page of pages) {
      for (const proxy of page.proxies) {
        const { host, port, username, password } = proxy.fields;
        const identity = JSON.stringify([host, port, username, password]);
        if (identities.has(identity)) {
          // Two names of one proxy: the second one is neither new nor missing.
          if (proxy.externalId !== null) list.refusedIds.push(proxy.externalId);
          refused++;
          continue;
        }
        identities.add(identity);
        list.proxies.push(proxy);
      }
      list.replacements.push(...page.replacements);
      for (const { externalId } of page.refused) if (externalId !== null) list.refusedIds.push(externalId);
      refused += page.refused.length;
    }
  } catch (error) {
    if (!(error instanceof SourceError) || list.proxies.length === 0) throw error;
    failure = error;
  }
  return { ...list, refused, failure };
}

/** The error for a list that could not be read, as people see it. */
export function unread({ message, code }: SourceFailure): UserError {
  const hint =
    code === 'key_rejected'
      ? 'Check the key with the provider, then set a new one with /source edit.'
      : 'Nothing was changed. The next sync tries again.';
  return new UserError('source_failed', message, hint);
}
