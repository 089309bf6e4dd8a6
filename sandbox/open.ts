import { join } from 'node:path';
import { ROLE_IDS } from './server/ids.ts';
import { type Sandbox, startSandbox } from './server/index.ts';
import { FileStore } from './server/state/store.ts';

/** A sandbox for `npm start`, and what the bot is configured with to live in it. */
export interface OpenSandbox extends Pick<Sandbox, 'url' | 'stop'> {
  discord: { token: string; guildId: string; opsChannelId: string; apiUrl: string };
  roles: { viewer: string[]; operator: string[]; admin: string[] };
}

/** Messages and files are kept under `dataDir`, so that a restart finds them again, with buttons that work. */
export async function openSandbox({ port, dataDir }: { port: number; dataDir: string }): Promise<OpenSandbox> {
  const sandbox = await startSandbox({ port, store: new FileStore(join(dataDir, 'channel')) });
  return {
    url: sandbox.url,
    stop: () => sandbox.stop(),
    discord: {
      token: sandbox.botToken,
      guildId: sandbox.guildId,
      opsChannelId: sandbox.channelId,
      apiUrl: sandbox.apiUrl,
    },
    roles: { viewer: [ROLE_IDS.viewer], operator: [ROLE_IDS.operator], admin: [ROLE_IDS.admin] },
  };
}
