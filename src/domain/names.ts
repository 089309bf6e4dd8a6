import { stripInvisible } from './parse/lines/line-noise.ts';

/**
 * The one form in which a name is kept, wherever it comes from: composed (Unicode, NFC), without what cannot be seen, each run of
 * blanks a single one.
 */
export function cleanName(written: string): string {
  return stripInvisible(written).normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** A username as it is kept: without the `@` that people put before it. */
export function cleanUsername(written: string): string {
  return cleanName(written).replace(/^@+/, '');
}

/** What two accounts cannot share. */
export function usernameKey(username: string): string {
  return cleanUsername(username).toLowerCase();
}

/** What two VPS cannot share. */
export function vpsKey(name: string): string {
  return cleanName(name).toLowerCase();
}

/** What two models cannot share: the name without case and blanks. */
export function nameKey(name: string): string {
  return cleanName(name).toLowerCase().replaceAll(' ', '');
}
