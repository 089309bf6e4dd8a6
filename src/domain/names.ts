import { stripInvisible } from './parse/lines/line-noise.ts';

/**
 * The canonical form of a name from any source: composed (Unicode NFC), without invisible characters, with single
 * blanks.
 */
export function cleanName(written: string): string {
  return stripInvisible(written).normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** A username in canonical form, without a leading `@`. */
export function cleanUsername(written: string): string {
  return cleanName(written).replace(/^@+/, '');
}

/** The key that must be unique among accounts. */
export function usernameKey(username: string): string {
  return cleanUsername(username).toLowerCase();
}

/** The key that must be unique among VPS. */
export function vpsKey(name: string): string {
  return cleanName(name).toLowerCase();
}

/** The key that must be unique among models: the name without case and blanks. */
export function nameKey(name: string): string {
  return cleanName(name).toLowerCase().replaceAll(' ', '');
}
