import type { TestBot } from '../bot/bot.ts';

let made = 0;

/** Imports proxies by their command, on addresses that no other proxy has. */
export async function importProxies(
  { ops }: Pick<TestBot, 'ops'>,
  count: number,
  options: { provider?: string } = {},
): Promise<void> {
  const lines = Array.from({ length: count }, () => `198.51.${(++made >> 8) + 100}.${made & 255}:8080:u${made}:p`);
  const file = { name: 'list.txt', data: Buffer.from(lines.join('\n')) };
  await (await ops.command('/proxy import', { file, ...options })).click(`Import ${count}`);
}
