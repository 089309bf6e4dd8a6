import { Buffer } from 'node:buffer';

/** The sandbox has one server with one channel; their ids never change, so that a bot's configuration can name them. */
export const GUILD_ID = '100000000000000001';
export const CHANNEL_ID = '100000000000000002';
/** A bot user has the id of its application. */
export const APPLICATION_ID = '100000000000000010';
export const BOT_ROLE_ID = '100000000000000020';

export const ROLE_IDS = {
  admin: '100000000000000021',
  operator: '100000000000000022',
  viewer: '100000000000000023',
} as const;
/** A role that anyone may mention. */
export const ON_CALL_ROLE_ID = '100000000000000024';

/** Shaped like a real token, whose first part is the bot's id. */
export const DEFAULT_BOT_TOKEN = `${Buffer.from(APPLICATION_ID).toString('base64url')}.sandbox.stand-in-for-a-token`;

/** The people of the sandbox: grace owns the server and has no role, sam has neither role nor rights. */
export const USER_IDS = {
  ada: '100000000000000031',
  otto: '100000000000000032',
  olga: '100000000000000033',
  vera: '100000000000000034',
  sam: '100000000000000035',
  grace: '100000000000000036',
} as const;

export type UserName = keyof typeof USER_IDS;
