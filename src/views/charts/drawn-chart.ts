import type { Picture } from '../../domain/picture.ts';
import { picture, text } from '../../kit/parts.ts';

/** The part of a message that shows a chart; if it could not be drawn, a line that says so. */
export function drawnChart(drawn: Picture | null | undefined) {
  if (drawn) return picture(drawn.fileName, drawn.alt);
  return text('-# The chart could not be drawn. The figures are complete.');
}
