import { spreadsheetDamage } from '../input/spreadsheet-damage.ts';
import { cleanUsername } from '../names.ts';
import { HIDDEN } from '../parse/fields/mask.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { readText } from '../parse/fields/text.ts';

/** Maximum length of a username in UTF-16 units. */
export const MAX_USERNAME = 100;

const NO_USERNAME = new Refusal('The username is missing.');
const TWO_THINGS = new Refusal(
  'It may be a username and its password: a username has no blanks, colons, commas or slashes. Give the username only.',
);
const NO_NAME = new Refusal('A username has at least one letter, digit or underscore, and no quotes or brackets.');
const NOT_A_PROFILE = new Refusal('The address is not that of one profile: give the username only.');

/** Separators between a username and the rest of an entry; `----` is used by sellers of accounts. */
const SEPARATOR = /[\s:;,|/\\]|-{4,}/;
const NAME = /^(?=.*[\p{L}\p{N}\p{M}\p{S}_])[^"()[\]{}<>`]*$/u;
/** Without a username, a password and a port. */
const ADDRESS = /^(?:https?:\/\/)?(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\//i;
/** Folders before the name in URLs of profiles. */
const PROFILE_FOLDERS = new Set(['u', 'user', 'users', 'in', 'profile', 'c', 'channel']);

/**
 * Parses a username or the URL of a profile; refuses a username that is followed by a password. Files, options, modals
 * and the API use the same rules.
 */
export function readUsername(written: string): string | Refusal {
  const text = cleanUsername(written);
  if (text === '') return NO_USERNAME;
  const name = ADDRESS.test(text) ? profileName(text) : text;
  if (name instanceof Refusal) return name;
  const damage = spreadsheetDamage(name);
  if (damage) return damage;
  if (SEPARATOR.test(name)) return TWO_THINGS;
  if (!NAME.test(name)) return NO_NAME;
  return readText(name, 'username', MAX_USERNAME) ?? NO_USERNAME;
}

/** `https://www.example.com/@ann?lang=de` gives `ann`. */
function profileName(address: string): string | Refusal {
  const url = URL.parse(address.includes('://') ? address : `https://${address}`);
  if (!url) return NOT_A_PROFILE;
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const [name = '', ...more] = parts.length === 2 && PROFILE_FOLDERS.has(parts[0] as string) ? parts.slice(1) : parts;
  if (more.length > 0) return NOT_A_PROFILE;
  try {
    return cleanUsername(decodeURIComponent(name)) || NOT_A_PROFILE;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return NOT_A_PROFILE;
  }
}

/** The part of a rejected username that cannot be a password. */
export function maskUsername(written: string): string {
  const text = cleanUsername(written);
  const [name] = text.split(SEPARATOR, 1) as [string];
  return name.length < text.length ? `${name} ${HIDDEN}`.trim() : name;
}
