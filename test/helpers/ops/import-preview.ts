import type { Reply } from './reply.ts';

/** The figures of a preview, by what they count. */
export function figures(preview: Reply): Record<string, number> {
  const block = /```\n([\s\S]*?)\n```/.exec(preview.text)?.[1] ?? '';
  const lines = block.split('\n').map((line) => /^\s*([\d,]+) {2}(.+)$/.exec(line));
  return Object.fromEntries(lines.map((match) => [match?.[2], Number(match?.[1]?.replaceAll(',', ''))]));
}

/** The button that imports what is new; undefined if nothing is. */
export function importButton(preview: Reply): string | undefined {
  return preview.buttons.find((label) => /^Import (?:and assign|[\d,]+)$/.test(label));
}
