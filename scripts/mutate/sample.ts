import { createHash } from 'node:crypto';
import type { MutantRunOptions } from '@stryker-mutator/api/test-runner';

/** The properties of a mutant that are the same in each run over the same code. */
interface Place {
  file: string;
  mutatorName: string;
  replacement: string | undefined;
  column: number;
}

/** Why a mutant has no result. */
export const NOT_SAMPLED = 'not in the sample';

/** Whether a mutant is in the sample of one in so many, which is the same in each run. */
export function isSampled({ file, mutatorName, replacement, column }: Place, every: number): boolean {
  if (every === 1) return true;
  const text = [file, column, mutatorName, replacement].join(' ');
  return createHash('sha256').update(text).digest().readUInt32BE() % every === 0;
}

/** Stryker counts columns from 0 here and from 1 in its reports. */
export const placeOf = (
  file: string,
  { activeMutant: { mutatorName, replacement, location } }: MutantRunOptions,
): Place => ({
  file,
  mutatorName,
  replacement,
  column: location.start.column + 1,
});
