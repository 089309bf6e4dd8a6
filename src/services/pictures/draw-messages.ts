import type { Chart } from '../../domain/picture.ts';

/** Sent by the thread once it can draw: its libraries and fonts take a moment to load, seconds on a busy machine. */
export const READY = 'ready';

/** Request to the thread, and its reply. */
export type DrawRequest = Pick<Chart, 'width' | 'height' | 'option'>;
export type DrawReply = { png: Uint8Array } | { failure: string };
