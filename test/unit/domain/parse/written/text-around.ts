import fc from 'fast-check';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import type { ProxyFields } from '../../../../../src/domain/proxies/proxy.ts';
import { proxy, read } from '../read.ts';
import { formatProxy, type ProxyForm } from './format-proxy.ts';

const WORDS = (
  'the best proxy list page of for my desk Berlin fast elite anonymous US Germany http socks5 server user password login port 2 7 120 ' +
  '2026 8080 0.15s 99% webshare.io Order from iproyal.com Support: valid until December 120ms - + | # 2026-01-05 12:30 at Name: key=value'
).split(' ');
export const word = fc.oneof(fc.constantFrom(...WORDS), fc.stringMatching(/^[a-zA-Z]{1,9}$/));
const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const gap = fc.constantFrom(' ', '\t', ': ', ' - ', ', ', ' | ', '; ', ' = ');

/** Pieces that have the shape of a host, a port, credentials or a link themselves. */
const HOSTILE = (
  'https://example.com/x bob@example.com 198.51.100.9 198.51.100.9:3128 gate2.example.com:8081 bob:pw2@198.51.100.9:3128 #US #note <br> ' +
  '(bob:pw2) [note] {note} key=value user: pass: -U export 🇺🇸 → | // \\\\ 31.12.2026 12:30 1,200 50% DE Germany socks5 HTTPS ' +
  'gate2.example.com,8081 198.51.100.9;3128 (http)198.51.100.9:3128 (198.51.100.9:3128) <gate2.example.com:8081> 2001:db8::9 ' +
  '[2001:db8::9]:3128 12:30:11 --proxy name=Desk a:b @ @bob bob@ 10.0.0.1:80 localhost:8080 ok: AS3320 $5 3d : ; ,'
).split(' ');
/** A `#` of its own begins a comment. */
const plainWord = word.filter((each) => each !== '#');
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE, 'gate2.example.com\t8081'), plainWord), { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.join(' '));
const nothing = fc.constant('');
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));

/** Text before and behind a proxy. */
const sides = fc.oneof(
  fc.record({ before: joined(text, gap), behind: nothing }),
  fc.record({ before: nothing, behind: joined(gap, text) }),
  fc.record({ before: joined(text, gap), behind: joined(gap, text) }),
  fc.record({
    before: fc.oneof(nothing, joined(hostile, fc.constantFrom(' ', '\t', ' - ', ': ', ' | '))),
    behind: fc.oneof(nothing, joined(fc.constantFrom(' ', '\t', ' - ', ' | ', ', '), hostile)),
  }),
);

const login = fc.tuple(fc.stringMatching(/^[a-z]{3,6}-[a-z0-9]{3,8}$/), fc.stringMatching(/^[A-Za-z]{4,6}[0-9]{2,5}$/));
const addresses = fc.record({
  host: fc.constantFrom('203.0.113.7', 'gate.example.com', '2001:db8::7'),
  port: fc.integer({ min: 1, max: 65_535 }),
  type: fc.constantFrom('http', 'socks5'),
  login: fc.option(login),
} as const);

/** A proxy with all that a form can say of it. */
function proxiesOf(form: ProxyForm): fc.Arbitrary<ProxyFields> {
  return addresses.map(({ login: said, ...fields }) =>
    proxy({
      ...fields,
      username: said?.[0] ?? null,
      password: said?.[1] ?? null,
      changeIpUrl: form.includes('link') ? 'https://api.example.com/r?id=7' : null,
      label: /label|details/.test(form) ? 'Desk 7' : null,
      country: form.includes('country') ? 'DE' : null,
    }),
  );
}

/**
 * The lines around it: none, one of another form, lines of the same form, or lines of the same form with the same text around them. Where
 * the others have credentials and it has none, the text behind it is the credentials for which their form has a place.
 */
const neighbours = fc.constantFrom('none', 'another', 'alike', 'alike with text');

export interface LineWithText {
  fields: ProxyFields;
  file: string;
  isPrivateAllowed: boolean;
}

/** With a type before it and two words behind it, an address is a line of proxychains.conf, whose last fields are the credentials. */
const OF_PROXYCHAINS = /^(https?|socks[45])\s\S+\s\d+\s\S+\s\S+$/i;

/** A file with a line of a form with text around it as its last line; null if the form cannot say the proxy. */
export function linesWithText(form: ProxyForm): fc.Arbitrary<LineWithText | null> {
  const proxies = proxiesOf(form);
  return fc
    .record({ fields: proxies, others: fc.tuple(proxies, proxies), sides, neighbours, isPrivateAllowed: fc.boolean() })
    .map(({ fields, others, sides: { before, behind }, neighbours: around, isPrivateAllowed }) => {
      const line = formatProxy(fields, form);
      if (line === null || (fields.username === null && OF_PROXYCHAINS.test(`${before}${line}${behind}`))) return null;
      const isPlain = around === 'alike';
      const alike = others.flatMap((other) => {
        const isAlike = (other.username === null) === (fields.username === null);
        const text = isAlike || !isPlain ? formatProxy(other, form) : null;
        if (text === null) return [];
        return isPlain ? text : `${before}${text}${behind}`;
      });
      const above = { none: [], another: ['203.0.113.1:1'], alike, 'alike with text': alike }[around] ?? [];
      return { fields, file: [...above, `${before}${line}${behind}`].join('\n'), isPrivateAllowed };
    });
}

/** Everything of a proxy that others may see. */
export function publicParts({
  username: _username,
  password: _password,
  changeIpUrl: _link,
  ...fields
}: ProxyFields): string {
  return JSON.stringify(fields);
}

export const addressOf = ({ host, port, username, password }: ProxyFields) => ({ host, port, username, password });

/** The proxies that are read of the last line of a file and are not the one that it says; of a line that asks, those that show its password. */
export function wrongReadings({ fields, file, isPrivateAllowed }: LineWithText): ProxyFields[] {
  const { rows, choice } = readOrRefuse(file, isPrivateAllowed);
  const last = file.split('\n').length;
  const said = JSON.stringify(addressOf(fields));
  return rows
    .filter(({ line }) => line === last)
    .map((row) => row.fields)
    .filter((found) => {
      const isShown = fields.password !== null && publicParts(found).includes(fields.password);
      return isShown || (choice === null && JSON.stringify(addressOf(found)) !== said);
    });
}

/** A file that holds nothing but comments is refused as a whole. */
function readOrRefuse(file: string, isPrivateAllowed: boolean): Pick<ParsedFile, 'rows' | 'choice'> {
  try {
    return read(file, { isPrivateAllowed });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { rows: [], choice: null };
  }
}
