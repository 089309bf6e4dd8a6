import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

/** A survivor that no test can kill, or that none should, with the reason. */
export interface Argued {
  file: string;
  /** The line of the file on which the mutant begins, without the blanks around it. */
  line: string;
  /** The code that the mutant has instead. */
  mutant: string;
  reason: string;
}

interface Survivor extends Omit<Argued, 'reason'> {
  at: number;
}

const KILLED = new Set<MutantResult['status']>(['Killed', 'Timeout']);
const ALIVE = new Set<MutantResult['status']>(['Survived', 'NoCoverage']);

export const readArgued = (): Argued[] =>
  JSON.parse(readFileSync(new URL('./argued.json', import.meta.url), 'utf8')) as Argued[];

/** The score of a run, and the survivors that are not argued. */
export function summary(results: readonly MutantResult[], argued: readonly Argued[]): string[] {
  const killed = results.filter(({ status }) => KILLED.has(status)).length;
  const survivors = results.filter(({ status }) => ALIVE.has(status)).map(describe);
  const isArgued = (each: Survivor) =>
    argued.some(({ file, line, mutant }) => file === each.file && line === each.line && mutant === each.mutant);
  const open = survivors.filter((each) => !isArgued(each));
  const all = killed + survivors.length;
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  return [
    ...open.map(({ file, at, line, mutant }) => `${file}:${at}  ${line}\n    survived: ${mutant}`),
    `${killed} of ${all} mutants were killed (${share(killed, all)}), ${survivors.length - open.length} survivors are argued in scripts/mutate/argued.json.`,
    `Without those: ${share(killed, killed + open.length)}.`,
  ];
}

function describe({ fileName, location, replacement }: MutantResult): Survivor {
  const file = relative('.', fileName);
  const line = readFileSync(file, 'utf8').split('\n')[location.start.line - 1] ?? '';
  return { file, at: location.start.line, line: line.trim(), mutant: replacement ?? '' };
}
