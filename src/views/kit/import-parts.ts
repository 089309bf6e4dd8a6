import { text } from './parts.ts';
import { count } from './text.ts';

/** What becomes of the rows of a file, aligned; what is zero is left out, but for the first of a file where nothing was done yet. */
export function figureBlock(figures: readonly (readonly [number, string])[], isDone: boolean) {
  const shown = figures
    .filter(([n], index) => n > 0 || (index === 0 && !isDone))
    .map(([n, meaning]) => [count(n), meaning] as const);
  if (shown.length === 0) return null;
  const width = Math.max(...shown.map(([n]) => n.length));
  return text(`\`\`\`\n${shown.map(([n, meaning]) => `${n.padStart(width)}  ${meaning}`).join('\n')}\n\`\`\``);
}

const ENCODING_NAMES: Record<string, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Windows-1252',
};

/** An encoding as people call it. */
export function encodingName(encoding: string): string {
  return ENCODING_NAMES[encoding] ?? encoding;
}
