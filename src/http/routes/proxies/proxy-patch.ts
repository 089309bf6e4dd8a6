import { z } from 'zod';
import type { KindName } from '../../../domain/parse/fields/kinds.ts';
import { Refusal } from '../../../domain/parse/fields/refusal.ts';
import { type Detail, detail, EDITABLE_KEYS, type EditableKey, hintOf } from '../../../domain/proxies/fields.ts';
import type { ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import { listChangesOf, readSentEdit, type SentEdit } from '../../../domain/proxies/proxy-edit.ts';
import { line, lines } from '../../request/schemas.ts';
import { HttpProblem } from '../../server/problem.ts';

const listItem = z
  .string()
  .min(1)
  .regex(/^[^,;|]*$/, 'must not contain a separator of list items (, ; |)');

const written = (field: Detail) =>
  (field.kind.isLong ? lines : line)(field.kind.maxChars)
    .nullable()
    .describe(`New ${hintOf(field)}`);

/** The JSON schema of a field by its kind; the reader of the field checks the value further. */
const SENT: Record<KindName, (field: Detail) => z.ZodType> = {
  text: written,
  list: () => z.array(listItem),
  moment: written,
  amount: () => z.number().min(0).nullable().describe('Without a currency, rounded to cents'),
};

function sentShape(key: EditableKey): [string, z.ZodType][] {
  const field = detail(key);
  const schema = SENT[field.kind.name](field).optional();
  if (field.kind.name !== 'list') return [[key, schema]];
  const { add, drop } = listChangesOf(key);
  return [
    [key, schema.describe('Replaces the list')],
    [add, schema.describe('Added to the list')],
    [drop, schema.describe('Removed from the list')],
  ];
}

/** Fields of a PATCH; null clears. */
export const patchFields: Record<string, z.ZodType> = Object.fromEntries(EDITABLE_KEYS.flatMap(sentShape));

/**
 * Reads the fields of a PATCH by the same rules as an import; undefined if there are none.
 *
 * @throws HttpProblem for an invalid value
 */
export function readPatch(sent: SentEdit, now: Date): ProxyEdit | undefined {
  const edit = readSentEdit(sent, now);
  if (edit instanceof Refusal) throw new HttpProblem(400, { code: 'bad_field', detail: edit.reason });
  return Object.keys(edit).length > 0 ? edit : undefined;
}
