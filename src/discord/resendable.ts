import type { View } from '../kit/view.ts';

/** Keys of received components that Discord does not accept in a message that is sent. */
const RECEIVED_ONLY = new Set(['name', 'size']);

/**
 * Components of a message as Discord returned them, in the form in which they can be sent again: its own files are named
 * instead of linked.
 */
export function resendable(components: readonly unknown[]): View['components'] {
  return components.map(sendable) as View['components'];
}

function sendable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sendable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (each === null || each === undefined || ('file' in value && RECEIVED_ONLY.has(key))) return [];
      return [[key, isMedia(key, each) ? { url: nameOfFile(each.url) } : sendable(each)]];
    }),
  );
}

const isMedia = (key: string, value: unknown): value is { url: string } =>
  (key === 'media' || key === 'file') &&
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  typeof value.url === 'string';

function nameOfFile(url: string): string {
  if (!URL.canParse(url)) return url;
  return `attachment://${decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')}`;
}
