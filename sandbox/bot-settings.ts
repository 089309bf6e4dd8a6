import { ROLE_IDS } from './server/ids.ts';
import type { Sandbox } from './server/index.ts';

/** The part of the configuration with which a bot uses the sandbox instead of Discord. */
export function botSettings({ botToken, guildId, channelId, apiUrl }: Sandbox) {
  return {
    discord: { token: botToken, guildId, opsChannelId: channelId, apiUrl },
    roles: { viewer: [ROLE_IDS.viewer], operator: [ROLE_IDS.operator], admin: [ROLE_IDS.admin] },
  };
}
