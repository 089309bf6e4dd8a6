import { z } from 'zod';
import { SourceError } from '../../domain/sources/source-error.ts';
import { readAnswer } from '../answer.ts';
import type { Provider, RawEntry } from '../provider.ts';
import { count, id, port } from './fields.ts';

/** The provider's default and maximum: a shorter page is the last one. */
const PAGE_SIZE = 1000;
const BAD_KEY = 100;
const ADDRESS_NOT_ALLOWED = 105;

const status = z.looseObject({ status: z.string(), error_id: z.coerce.number().nullish() });
const entry = z.looseObject({
  id,
  host: z.string(),
  port,
  user: z.string(),
  pass: z.string(),
  active: z.union([z.string(), z.number()]),
});
/** An object by ids, or an array with `nokey`, and if it is empty. */
const page = z.looseObject({ list_count: count, list: z.union([z.array(entry), z.record(z.string(), entry)]) });

/** https://px6.me/en/developers. The key is a part of the path. */
export const px6: Provider = {
  url: 'https://px6.link',
  async *list({ key = '' }, http) {
    const path = `/api/${encodeURIComponent(key)}/getproxy/?state=all&limit=${PAGE_SIZE}`;
    for (let number = 1; ; number++) {
      const read = await http.getJson(`${path}&page=${number}`);
      const answer = readAnswer(http.host, status, read);
      if (answer.status !== 'yes') throw refusal(http.host, answer.error_id ?? 0);
      const { list, list_count } = readAnswer(http.host, page, read);
      const entries = Object.values(list).map(entryOf);
      // Programs disagree on whether it counts the page or the list; a page that has all it counts says nothing more.
      yield { entries, total: list_count === entries.length ? null : list_count };
      if (entries.length < PAGE_SIZE) return;
    }
  },
};

function entryOf(value: z.output<typeof entry>): RawEntry {
  return { id: String(value.id), state: String(value.active) === '0' ? 'expired' : 'active', value };
}

function refusal(host: string, code: number): SourceError {
  if (code === BAD_KEY) return new SourceError('key_rejected', `${host} rejects the key (error ${code}).`);
  if (code === ADDRESS_NOT_ALLOWED) {
    return new SourceError('key_rejected', `${host} does not allow the bot’s IP address for this key (error ${code}).`);
  }
  return new SourceError('request_refused', `${host} refuses the request (error ${code}).`);
}
