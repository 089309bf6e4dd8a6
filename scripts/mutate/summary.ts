import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from './results.ts';

/** A survivor that no test can kill, or that none should, with the reason. */
export interface Argued extends Pick<Result, 'file' | 'line' | 'mutant'> {
  reason: string;
}

const KILLED = new Set<Result['status']>(['Killed', 'Timeout']);
const ALIVE = new Set<Result['status']>(['Survived', 'NoCoverage']);

export const readArgued = (): Argued[] =>
  JSON.parse(readFileSync(new URL('./argued.json', import.meta.url), 'utf8')) as Argued[];

/** The survivors that are not argued, and the scores by folder and of all. */
export function summary(results: readonly Result[], argued: readonly Argued[]): string[] {
  const isArgued = (each: Result) =>
    argued.some(({ file, line, mutant }) => file === each.file && line === each.line && mutant === each.mutant);
  const survivors = results.filter(({ status }) => ALIVE.has(status));
  const known = survivors.filter(isArgued);
  const scoreOf = (of: (each: Result) => boolean) => {
    const killed = results.filter((each) => KILLED.has(each.status) && of(each)).length;
    const alive = survivors.filter(of).length;
    return scoreText({ killed, alive, argued: known.filter(of).length });
  };
  const folders = [...new Set(results.map(({ file }) => dirname(file)))].sort();
  return [
    ...survivors
      .filter((each) => !known.includes(each))
      .map(({ file, at, line, mutant }) => `${file}:${at}  ${line}\n    survived: ${mutant}`),
    ...folders.map((folder) => `${folder}: ${scoreOf(({ file }) => dirname(file) === folder)}`),
    `All: ${scoreOf(() => true)}`,
  ];
}

/** The share of all mutants and its 95 % interval (Wilson), which matters if they are a sample, and the share without the argued ones. */
function scoreText({ killed, alive, argued }: { killed: number; alive: number; argued: number }): string {
  const all = killed + alive;
  if (all === 0) return 'no mutant was run';
  const [low, high] = interval(killed, all);
  return `${killed} of ${all} mutants were killed, ${percent(killed / all)} (as a sample: ${percent(low)} to ${percent(high)}); without ${argued} argued survivors ${percent(killed / (all - argued))}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function interval(part: number, whole: number): [number, number] {
  const z = 1.96;
  const share = part / whole;
  const middle = share + z ** 2 / (2 * whole);
  const spread = z * Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  const scale = 1 + z ** 2 / whole;
  return [(middle - spread) / scale, (middle + spread) / scale];
}
