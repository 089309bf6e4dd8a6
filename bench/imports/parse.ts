import Papa from 'papaparse';
import type { ParseOptions } from '../../src/domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../src/domain/parse/proxy-file.ts';
import { type Figure, medians, ms } from '../kit/figures.ts';

const LINES = 100_000;
const ROUNDS = 7;
/** The limit of 3 is for the most common layouts. The others cost more: a vote, a scheme, quotes, details. */
const LAYOUTS: { what: string; delimiter: string; limit: number; header?: string; line: (n: number) => string }[] = [
  { what: 'host:port:user:password', delimiter: ':', limit: 3, line: (n) => `${address(n)}:customer-${n}:s3cret${n}x` },
  {
    what: 'host:port:user:password:country',
    delimiter: ':',
    limit: 4,
    line: (n) => `${address(n)}:customer-${n}:s3cret${n}x:DE`,
  },
  { what: 'user:password@host:port', delimiter: ':', limit: 4, line: (n) => `customer-${n}:s3cret${n}x@${address(n)}` },
  {
    what: 'socks5://user:password@host:port',
    delimiter: ':',
    limit: 5,
    line: (n) => `socks5://customer-${n}:s3cret${n}x@${address(n)}`,
  },
  {
    what: 'host;port;user;password',
    delimiter: ';',
    limit: 3,
    line: (n) => `${address(n).replace(':', ';')};customer-${n};s3cret${n}x`,
  },
  {
    what: 'CSV with a header and quotes',
    delimiter: ',',
    limit: 6,
    header: 'host,port,user,password,label',
    line: (n) => `${address(n).replace(':', ',')},customer-${n},"s3,cret${n}x",Desk ${n}`,
  },
];

function address(n: number): string {
  return `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}:${10_000 + (n % 50_000)}`;
}

/** Parsing 100,000 lines beside Papa Parse, which decodes and splits the same bytes and understands none of them. */
export async function parseBench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, delimiter, limit, header, line } of LAYOUTS) {
    const lines = Array.from({ length: LINES }, (_, n) => line(n));
    const bytes = Buffer.from([...(header ? [header] : []), ...lines].join('\n'));
    const [ours = 0, papa = 0] = await medians(ROUNDS, [
      () => readAll(bytes),
      () => Papa.parse(bytes.toString('utf8'), { delimiter }),
    ]);
    const ratio = ours / papa;
    const floor = `Papa Parse ${ms(papa)}`;
    figures.push({ what, ours: ms(ours), floor, ratio, limit: `${limit} times`, isMet: ratio <= limit });
  }
  return figures;
}

function readAll(bytes: Buffer): void {
  const options: ParseOptions = { fileName: null, defaults: {}, isPrivateAllowed: false, maxRows: LINES };
  const { rows } = parseProxyFile(bytes, options);
  if (rows.length !== LINES) throw new Error(`${rows.length} of ${LINES} lines were read`);
}
