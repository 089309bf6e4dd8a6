import type { ProxyType } from '../../proxies/proxy.ts';
import { readCountryCode } from '../fields/country.ts';
import { Refusal } from '../fields/refusal.ts';
import { typeOfNames, typeOfScheme, UNKNOWN_TYPE } from '../lines/proxy-scheme.ts';

/** Text before a proxy in other programs' files, and what it says of the proxy. */
export interface Wrapper {
  /** The line without it. */
  core: string;
  type: ProxyType | null;
  country: string | null;
}

/** `export http_proxy=`, `HTTPS_PROXY=`, `proxy:`. */
const KNOWN =
  /^(?:(?:export |set |setx |\$env:)?(?:https?|all|socks|ftp)_proxy ?[:= ] ?|--proxy[ =]|proxy ?[:=] ?)(?=[^\s=])/i;
/** `curl -x`, and behind the proxy what is fetched. */
const CURL = /^(?:curl )?(?:-x ?|--proxy[ =])(?=[^\s=])/i;
const CURL_TARGET = /\s["']?https?:\/\/[^\s"']{1,2000}["']?$/i;
/** `<Proxy US 0.33s [HTTP: Anonymous, HTTPS] 203.0.113.7:8080>`, without the brackets, which are dropped as those of a link. */
const BROKER = /^Proxy ([A-Z]{2}|--) \d{1,6}(?:\.\d{1,6})?s \[([^\]]*)\] (?=\S)/;
const QUOTED = /^(["'])(.*)\1;?$/;

const TWO_KINDS = new Refusal('The line names HTTP and SOCKS for one proxy: write one type, such as socks5://.');

/** Takes known text off the beginning of a line; null if there is none. */
export function takeWrapper(line: string): Wrapper | null | Refusal {
  const known = KNOWN.exec(line);
  if (known) return plain(line.slice(known[0].length));
  const curl = CURL.exec(line);
  if (curl) return plain(withoutTarget(line.slice(curl[0].length)));
  const broker = BROKER.exec(line);
  if (!broker) return null;
  const type = typeOfProtocols(broker[2] as string);
  if (type instanceof Refusal) return type;
  return { core: line.slice(broker[0].length), type, country: readCountryCode(broker[1] as string) };
}

function plain(core: string): Wrapper {
  return { core: QUOTED.exec(core)?.[2] ?? core, type: null, country: null };
}

function withoutTarget(line: string): string {
  return line.replace(CURL_TARGET, '').trimEnd();
}

/** Here `HTTPS` and `CONNECT:80` say what an HTTP proxy can do, and a word behind a colon how anonymous it is. */
function typeOfProtocols(text: string): ProxyType | null | Refusal {
  const names = text.split(',').map((name) => name.replace(/:.*/, '').trim().toLowerCase());
  const types = names.filter((name) => name !== '').map((name) => (name === 'connect' ? 'http' : name));
  if (types.length === 0) return null;
  if (types.some((name) => typeOfScheme(name) === undefined)) return UNKNOWN_TYPE;
  const type = typeOfNames(types.join(','));
  return type === 'https' ? 'http' : (type ?? TWO_KINDS);
}
