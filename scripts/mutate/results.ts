import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { schema } from '@stryker-mutator/api/core';
import { isSampled, NOT_SAMPLED } from './sample.ts';

/** The result of one mutant. */
export interface Result {
  file: string;
  status: schema.MutantStatus;
  mutant: string;
  at: number;
  /** The line of the file on which the mutant begins, without the blanks around it. */
  line: string;
}

const readReport = (path: string): schema.MutationTestResult =>
  existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as schema.MutationTestResult)
    : { schemaVersion: '1', thresholds: { high: 100, low: 0 }, files: {} };

/** Known results of mutants of these folders and files, as far as they are in the sample. */
export function readResults(known: string, { paths, every }: { paths: readonly string[]; every: number }): Result[] {
  const { files } = readReport(known);
  return Object.entries(files)
    .filter(([file]) => paths.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)))
    .flatMap(([file, { source, mutants }]) => {
      const lines = source.split('\n');
      return mutants
        .filter(({ mutatorName, replacement, location: { start } }) =>
          isSampled({ file, mutatorName, replacement, column: start.column }, every),
        )
        .map(({ status, replacement = '', location: { start } }) => ({
          file,
          status,
          mutant: replacement,
          at: start.line,
          line: (lines[start.line - 1] ?? '').trim(),
        }));
    });
}

/** Mutants that a sample left out have no result: a later run must not take them for known. */
export const isSkipped = ({ statusReason }: schema.MutantResult): boolean =>
  statusReason?.startsWith(NOT_SAMPLED) ?? false;

export const isSurvivor = ({ status }: schema.MutantResult): boolean => status === 'Survived';

/** Removes such results, so that the next run makes them again. */
export function forget(known: string, which: (result: schema.MutantResult) => boolean): void {
  const report = readReport(known);
  for (const file of Object.values(report.files)) file.mutants = file.mutants.filter((result) => !which(result));
  if (existsSync(known)) writeFileSync(known, JSON.stringify(report));
}
