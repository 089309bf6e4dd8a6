import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ID_BYTES, ID_CHARS, idBytes, newCredentialIds, writeIdText } from '../../../src/secrets/credential-ids.ts';

/** The text of the id at this place. */
function textOf(ids: Uint8Array, place: number): string {
  const out = Buffer.alloc(ID_CHARS, '?');
  writeIdText(out, ids, place * ID_BYTES);
  return out.toString('latin1');
}

test('the text of an id is the uuid that its bytes were made of', () => {
  const uuids = Array.from({ length: 100 }, () => randomUUID());
  const bytes = idBytes(uuids);
  expect(uuids.map((_, place) => textOf(bytes, place))).toEqual(uuids);
});

test('new ids are random uuids, all different', () => {
  const count = 5000;
  const ids = newCredentialIds(count);
  const texts = Array.from({ length: count }, (_, place) => textOf(ids, place));
  expect(new Set(texts).size).toBe(count);
  for (const text of texts) expect(text).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
