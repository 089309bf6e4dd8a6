import { Refusal } from '../../../src/domain/parse/fields/refusal.ts';
import { type DetailKey, detail, nounOf } from '../../../src/domain/proxies/fields.ts';

/** Values as they are written, two of each kind; a field takes the first that its reader understands. */
const WRITTEN = {
  first: ['DE', 'https://provider.example/1', '2099-01-02 03:04', '12.50'],
  second: ['FR', 'https://provider.example/2', '2099-02-03 04:05', '13.75'],
} as const;

/** A value of any field that is declared, as people write it. */
export function writtenFor(key: DetailKey, which: keyof typeof WRITTEN = 'first'): string {
  const field = detail(key);
  const written = WRITTEN[which].find((text) => !(field.kind.read(text, nounOf(field)) instanceof Refusal));
  if (written === undefined) throw new Error(`there is no value here for the field ${key}`);
  return written;
}

/** The same as its reader gives it. */
export function valueFor(key: DetailKey, which: keyof typeof WRITTEN = 'first'): unknown {
  return detail(key).kind.read(writtenFor(key, which), nounOf(detail(key)));
}

/** As long as a field takes it; every `*` is escaped in messages, and so doubled. */
export function longestFor(key: DetailKey): string {
  const { kind } = detail(key);
  const { maxChars, maxItemChars } = kind;
  // In the order in which an edit leaves them.
  const items = Array.from({ length: Math.floor(maxChars / maxItemChars) }, (_, n) =>
    `${n}`.padStart(2, '0').padEnd(maxItemChars, '*'),
  );
  const longest = ['*'.repeat(maxChars), items.join(', '), 'https://provider.example/'.padEnd(maxChars, '*')];
  const taken = longest.find((text) => !(kind.read(text, 'x') instanceof Refusal));
  return taken ?? writtenFor(key);
}
