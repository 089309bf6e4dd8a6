const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/;
/** Text without control characters, with a colon in it. */
const LOGIN = /^([^\p{Cc}:\ufffd]+):([^\p{Cc}\ufffd]*)$/u;

/** Username and password that a share link writes as base64 of `user:password`; null for a plain username. */
export function readSharedLogin(text: string): { username: string; password: string } | null {
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (!isSame(bytes, text)) return null;
  const login = LOGIN.exec(new TextDecoder().decode(bytes));
  return login ? { username: login[1] ?? '', password: login[2] ?? '' } : null;
}

/** Whether a text is exactly how its bytes are written, padding and alphabet aside. */
function isSame(bytes: Buffer, text: string): boolean {
  const plain = (base64: string) => base64.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  return plain(bytes.toString('base64')) === plain(text);
}
