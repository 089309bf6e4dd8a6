import { z } from 'zod';
import { readDetails, type WrittenDetails } from '../../../domain/parse/fields/details.ts';
import { Refusal } from '../../../domain/parse/fields/refusal.ts';
import type { ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import { FIELD_LIMITS } from '../../../domain/proxies/proxy.ts';
import { line, lines, moment } from '../../request/schemas.ts';
import { HttpProblem } from '../../server/problem.ts';

const tag = line(FIELD_LIMITS.tag)
  .min(1)
  .regex(/^[^,;|]*$/, 'holds what separates tags');
const tags = z.array(tag).max(FIELD_LIMITS.tags);

/** What a PATCH may set; null clears. */
export const patchFields = {
  label: line(FIELD_LIMITS.label).nullable().optional(),
  notes: lines(FIELD_LIMITS.notes).nullable().optional(),
  provider: line(FIELD_LIMITS.provider).nullable().optional(),
  country: line(60).nullable().optional().describe('ISO 3166 alpha-2, or an English name'),
  city: line(FIELD_LIMITS.city).nullable().optional(),
  tags: tags.optional().describe('The new set'),
  addTags: tags.optional(),
  dropTags: tags.optional(),
  expiresAt: moment.nullable().optional(),
  monthlyCost: z.number().min(0).max(1_000_000).multipleOf(0.01).nullable().optional().describe('Without a currency'),
};

const fields = z.object(patchFields);

/**
 * What a PATCH asks for, by the same rules as an import reads its fields; undefined where it asks for nothing.
 *
 * @throws HttpProblem for a value that no file may hold either
 */
export function readPatch(asked: z.output<typeof fields>, now: Date): ProxyEdit | undefined {
  const { tags: set, addTags, dropTags, ...others } = asked;
  const named = Object.entries(others).filter(([, value]) => value !== undefined);
  const written = Object.fromEntries(named.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])));
  const details = readDetails(written as WrittenDetails);
  if (details instanceof Refusal) throw refused(details.reason);
  if (details.expiresAt && details.expiresAt <= now) throw refused('The expiry is in the past.');
  const edit: Record<string, unknown> = {};
  for (const [key] of named) {
    const value = details[key as keyof typeof details];
    edit[key] = value instanceof Date ? value.toISOString() : value;
  }
  if (set && (addTags || dropTags)) throw refused('Tags are either a set, or changes to it.');
  if (set) edit.tags = { set };
  if (addTags || dropTags) edit.tags = { add: addTags ?? [], drop: dropTags ?? [] };
  return Object.keys(edit).length > 0 ? edit : undefined;
}

const refused = (detail: string) => new HttpProblem(400, { code: 'bad_field', detail });
