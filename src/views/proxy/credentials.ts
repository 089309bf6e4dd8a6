import type { ProxyCredentials } from '../../domain/proxies/proxy-credentials.ts';
import { card, file, text } from '../../kit/parts.ts';
import { address, code } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const FENCE = '```';
const FILE_NAME = 'credentials.txt';

/**
 * The only view of a proxy that receives credentials. Each value has its own code block, which can be copied with one tap; a value that
 * would end its block is attached as a file.
 */
export function credentialsCard(proxy: ProxyCredentials): View {
  const values = valuesOf(proxy);
  const isInFile = values.some(([, value]) => value.includes(FENCE));
  const title = text(
    `### Credentials of #${proxy.id} · ${code(address(proxy.host, proxy.port))}`,
    '-# Only visible to you. This access was recorded in the audit log.',
  );
  if (!isInFile) {
    const blocks = values.map(([name, value]) => `**${name}**\n${FENCE}\n${value || ' '}\n${FENCE}`);
    return { components: [card('warn', title, text(...blocks))] };
  }
  const data = values.map(([name, value]) => `${name}: ${value}`).join('\n');
  return { components: [card('warn', title, file(FILE_NAME))], files: [{ name: FILE_NAME, data }] };
}

function valuesOf({ type, host, port, username, password, changeIpUrl }: ProxyCredentials): [string, string][] {
  const login = username || password ? `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@` : '';
  const url = `${type}://${login}${address(host, port)}`;
  const link: [string, string][] = changeIpUrl === null ? [] : [['Change-IP link', changeIpUrl]];
  return [['Username', username], ['Password', password ?? ''], ['URL', url], ...link];
}
