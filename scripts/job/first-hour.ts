import { readFileSync } from 'node:fs';
import type { Desk } from './desk.ts';

/** The page that leads from an empty folder to a working pool. */
export const FIRST_HOUR = readFileSync(new URL('../../docs/first-hour.md', import.meta.url), 'utf8');

/** A step of the page, by what a person does or sees. */
export type PageStep =
  | { kind: 'type'; path: string; options: [string, string][] }
  | { kind: 'press' | 'see'; text: string };

const STEP = /^\d+\. (?:Type `(?<path>\/[^`]+)`(?<options>.*)|Press \*\*(?<press>[^*]+)\*\*|See “(?<see>[^”]+)”)/gm;
const OPTION = /`(\w+): ([^`]+)`/g;

export function pageSteps(page: string): PageStep[] {
  return Array.from(page.matchAll(STEP), ({ groups }): PageStep => {
    const { path, options = '', press, see = '' } = groups as Partial<Record<string, string>>;
    if (press) return { kind: 'press', text: press };
    if (!path) return { kind: 'see', text: see };
    return {
      kind: 'type',
      path,
      options: Array.from(options.matchAll(OPTION), ([, key = '', value = '']) => [key, value]),
    };
  });
}

/** The text that a message must show: what is seen after an action, in which lines and figures may be parted. */
function seenAfter(steps: readonly PageStep[], at: number): RegExp {
  const [next] = steps.slice(at + 1);
  const text = next?.kind === 'see' ? next.text : '';
  const action = steps[at];
  // The message names the number of proxies from its beginning, so its end is waited for.
  if (action?.kind === 'type' && action.path === '/proxy test') return new RegExp(`Tested ${text}`);
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`));
}

/** Does what the page says, at its size. */
export async function walkFirstHour(desk: Desk): Promise<void> {
  const steps = pageSteps(FIRST_HOUR);
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'see') continue;
    const says = seenAfter(steps, at);
    if (step.kind === 'type') {
      const options = await Promise.all(
        step.options.map(async ([key, value]) => [key, key === 'file' ? await desk.example(value) : value] as const),
      );
      await desk.type(step.path, Object.fromEntries(options), says);
    } else if (step.text !== 'Requests') {
      await desk.press(step.text, says);
    }
  }
}
