import type { Cdn } from './cdn.ts';
import type { SandboxClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Renderer } from './state/render.ts';
import type { SandboxState } from './state/state.ts';

/** Data that the parts of the sandbox share. */
export interface Core {
  /** Without a trailing slash. */
  baseUrl: string;
  botToken: string;
  /** Upload limit of the bot per file in bytes, as reported in `attachment_size_limit`. */
  attachmentSizeLimit: number;
  /**
   * Number of edits of messages older than an hour that the bot may make per hour; Discord does not document its
   * number.
   */
  lateEditsPerHour: number;
  clock: SandboxClock;
  state: SandboxState;
  cdn: Cdn;
  render: Renderer;
  gateway: Gateway;
  faults: Faults;
}
