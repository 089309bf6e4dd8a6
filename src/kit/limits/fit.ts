import { ComponentType } from 'discord.js';
import { sum } from '../../domain/sum.ts';
import type { View } from '../view.ts';
import { walk } from './component-problems.ts';
import { LIMITS } from './limits.ts';

/** Longest lengths of a text that people wrote, of which the first is used with which the message fits. */
const LENGTHS = [500, 240, 120, 60, 30, 15] as const;

/** Characters of all texts of a message, as Discord counts them. */
export function textLength(view: View): number {
  return sum(
    [...walk(view.components)].map((each) => (each.type === ComponentType.TextDisplay ? each.content.length : 0)),
  );
}

/**
 * Renders a message with as much of each text as fits. What counts is the rendered length: escaping can double a text.
 *
 * @param render shortens every text that people wrote to the given length
 */
export function fitView(render: (longest: number) => View): View {
  const [first, ...shorter] = LENGTHS;
  let view = render(first);
  for (const longest of shorter) {
    if (textLength(view) <= LIMITS.text) return view;
    view = render(longest);
  }
  return view;
}
