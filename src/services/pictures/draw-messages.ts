import type { Chart } from '../../domain/picture.ts';

/** What the thread says once it can draw: its libraries and fonts take a second to load, several on a busy machine. */
export const READY = 'ready';

/** What the thread is asked for, and what it answers. */
export type DrawRequest = Pick<Chart, 'width' | 'height' | 'option'>;
export type DrawReply = { png: Uint8Array } | { failure: string };
