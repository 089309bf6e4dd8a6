import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The answers of a name server: addresses, that the name does not exist, that it failed, or none. */
export type Said = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'silence';

const RCODES = { NXDOMAIN: 3, SERVFAIL: 2 } as const;
const TYPE_A = 1;
const TYPE_AAAA = 28;

export interface NameServer {
  /** As `createResolver` takes it. */
  address: string;
  /** The questions so far, such as `gate.test A`. */
  asked: string[];
  close(): void;
}

/** A real name server on loopback (RFC 1035). */
export async function openNameServer(say: (name: string, type: 'A' | 'AAAA') => Said): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = question(query);
    asked.push(`${name} ${type}`);
    const said = say(name, type);
    if (said !== 'silence') socket.send(answer(query, end, type, said), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, asked, close: () => void socket.close() };
}

function question(query: Buffer): { name: string; type: 'A' | 'AAAA'; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1) === TYPE_AAAA ? 'AAAA' : 'A', end: at + 5 };
}

/** The question again, and a record for each address; each of them names the question's name (0xc00c). */
function answer(query: Buffer, end: number, type: 'A' | 'AAAA', said: Exclude<Said, 'silence'>): Buffer {
  const addresses = typeof said === 'string' ? [] : said;
  const rcode = typeof said === 'string' ? RCODES[said] : 0;
  const head = Buffer.from([0, 0, 0x81, 0x80 | rcode, 0, 1, 0, addresses.length, 0, 0, 0, 0]);
  query.copy(head, 0, 0, 2);
  const records = addresses.map((address) => {
    const data = type === 'A' ? address.split('.').map(Number) : [...Buffer.from(address, 'hex')];
    return Buffer.from([0xc0, 12, 0, type === 'A' ? TYPE_A : TYPE_AAAA, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]);
  });
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}
