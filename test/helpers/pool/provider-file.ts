/** A provider's file of mixed formats, and what a preview must say of it. */
export interface ProviderFile {
  text: string;
  lines: number;
  new: number;
  duplicates: number;
  invalid: number;
}

/** How the n-th proxy is written; each form says host, port, username and password. */
const FORMS: ((host: string, port: number, user: string, password: string) => string)[] = [
  (host, port, user, password) => `${host}:${port}:${user}:${password}`,
  (host, port, user, password) => `${user}:${password}@${host}:${port}`,
  (host, port, user, password) => `http://${user}:${encodeURIComponent(password)}@${host}:${port}/`,
  (host, port, user, password) => `${host}:${port}@${user}:${password}`,
  (host, port, user, password) => `${host};${port};${user};${password}`,
  (host, port, user, password) => `- ${host}:${port}:${user}:${password} # from the panel`,
];

const BAD_LINES = [
  '203.0.113.9',
  '203.0.113.9:99999:ann:secret',
  '10.0.0.7:8080:ann:secret',
  'vless://ann@203.0.113.9:443',
  '300.1.2.3:8080',
];

/**
 * A file with `proxies` different proxies; every 20th is repeated in another form, and every 25th is followed by a wrong line.
 * Blank lines and comments are strewn in and count for nothing.
 */
export function providerFile(proxies: number): ProviderFile {
  const lines = ['# proxies of the week', ''];
  const counts = { new: proxies, duplicates: 0, invalid: 0 };
  for (let n = 0; n < proxies; n++) {
    const host = `203.0.${113}.${n % 250}`;
    const port = 10_000 + Math.floor(n / 250);
    const [user, password] = [`customer-${n}`, `s3cret${n}`];
    const write = (form: number) => FORMS[form % FORMS.length]?.(host, port, user, password) ?? '';
    lines.push(write(n));
    if (n % 20 === 0) {
      lines.push(write(n + 1));
      counts.duplicates++;
    }
    if (n % 25 === 0) {
      lines.push(BAD_LINES[(n / 25) % BAD_LINES.length] ?? '');
      counts.invalid++;
    }
    if (n % 100 === 0) lines.push('');
  }
  return { text: lines.join('\r\n'), lines: lines.length, ...counts };
}
