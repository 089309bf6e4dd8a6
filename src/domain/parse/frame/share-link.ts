import { endsInAddress } from '../forms/addresses.ts';

const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/;

/** Username and password that a share link writes as base64 of `user:password`; null for a plain username. */
export function readSharedLogin(text: string): { username: string; password: string } | null {
  const login = BASE64.test(text) ? readText(text) : null;
  if (login === null) return null;
  const colon = login.indexOf(':');
  return colon <= 0 ? null : { username: login.slice(0, colon), password: login.slice(colon + 1) };
}

/** A share link that is base64 as a whole, up to its query, as the line that it means; any other line as it is. */
export function readSharedLine(line: string): string {
  const end = line.search(/[?#]/);
  const shared = end === -1 ? line : line.slice(0, end);
  const text = BASE64.test(shared) ? readText(shared) : null;
  return text !== null && endsInAddress(text, text.length) ? `${text}${line.slice(shared.length)}` : line;
}

/** The text that base64 stands for; null for anything else, and for bytes that are not plain text. */
function readText(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  if (!isSame(bytes, base64)) return null;
  const text = new TextDecoder().decode(bytes);
  return /^[^\p{Cc}\ufffd]+$/u.test(text) ? text : null;
}

/** Whether a text is exactly how its bytes are written, padding and alphabet aside. */
function isSame(bytes: Buffer, text: string): boolean {
  const plain = (base64: string) =>
    base64
      .replace(/(?<!=)=+$/, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/');
  return plain(bytes.toString('base64')) === plain(text);
}
