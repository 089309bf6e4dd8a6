import Papa from 'papaparse';
import { type ParseOptions, parseProxyFile } from '../src/domain/parse/proxy-file.ts';
import { type Figure, ms } from './figures.ts';

const LINES = 100_000;
const ROUNDS = 7;
/** The contract's limit is for the first layout; the others are held to what a person does not notice. */
const LAYOUTS: { what: string; delimiter: string; limit: number; header?: string; line: (n: number) => string }[] = [
  { what: 'host:port:user:password', delimiter: ':', limit: 3, line: (n) => `${address(n)}:customer-${n}:s3cret${n}x` },
  {
    what: 'host:port:user:password:country',
    delimiter: ':',
    limit: 5,
    line: (n) => `${address(n)}:customer-${n}:s3cret${n}x:DE`,
  },
  { what: 'user:password@host:port', delimiter: ':', limit: 5, line: (n) => `customer-${n}:s3cret${n}x@${address(n)}` },
  {
    what: 'socks5://user:password@host:port',
    delimiter: ':',
    limit: 8,
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
    limit: 5,
    header: 'host,port,user,password,label',
    line: (n) => `${address(n).replace(':', ',')},customer-${n},"s3,cret${n}x",Desk ${n}`,
  },
];

function address(n: number): string {
  return `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}:${10_000 + (n % 50_000)}`;
}

/** Parsing 100,000 lines beside Papa Parse, which decodes and splits the same bytes and understands none of them. */
export async function parseBench(): Promise<Figure[]> {
  return LAYOUTS.map(({ what, delimiter, limit, header, line }) => {
    const lines = Array.from({ length: LINES }, (_, n) => line(n));
    const bytes = Buffer.from([...(header ? [header] : []), ...lines].join('\n'));
    const { ours, papa } = race(bytes, delimiter);
    const ratio = ours / papa;
    return {
      what,
      ours: ms(ours),
      floor: `Papa Parse ${ms(papa)}`,
      ratio,
      limit: `${limit} times`,
      isMet: ratio <= limit,
    };
  });
}

/** Medians of rounds in which both run in turn, so that a busy machine slows both; the first round only warms up. */
function race(bytes: Buffer, delimiter: string): { ours: number; papa: number } {
  const options: ParseOptions = { fileName: null, defaults: {}, isPrivateAllowed: false, maxRows: LINES };
  const times = { ours: [] as number[], papa: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    const file = parseProxyFile(bytes, options);
    const between = performance.now();
    Papa.parse(bytes.toString('utf8'), { delimiter });
    if (file.rows.length !== LINES) throw new Error(`${file.rows.length} of ${LINES} lines were read`);
    if (round === 0) continue;
    times.ours.push(between - started);
    times.papa.push(performance.now() - between);
  }
  return { ours: middle(times.ours), papa: middle(times.papa) };
}

function middle(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
