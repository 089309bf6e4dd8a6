import type { Cdn } from './cdn.ts';
import type { SandboxClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Renderer } from './state/render.ts';
import type { SandboxState } from './state/state.ts';

/** What the parts of the stand-in share. */
export interface Core {
  /** Without a slash at its end. */
  baseUrl: string;
  botToken: string;
  /** Bytes that the bot may upload a file, as `attachment_size_limit` tells it. */
  attachmentSizeLimit: number;
  /** How many edits of messages older than an hour the bot has in an hour; Discord does not tell its number. */
  lateEditsPerHour: number;
  clock: SandboxClock;
  state: SandboxState;
  cdn: Cdn;
  render: Renderer;
  gateway: Gateway;
  faults: Faults;
}
