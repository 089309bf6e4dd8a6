import { OperatorError } from '../../base/errors.ts';

/**
 * Thrown if the embedded PostgreSQL cannot run here. The message is one sentence with the reason, for the person who
 * started the program.
 */
export class EmbeddedError extends OperatorError {
  override readonly name = 'EmbeddedError';
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'it is not a folder',
};

/** Converts an error of the operating system about a folder to a sentence; any other error is returned unchanged. */
export function describeFailure(dataDir: string, error: unknown): unknown {
  if (error instanceof EmbeddedError || !(error instanceof Error) || !('code' in error)) return error;
  const reason = REASONS[String(error.code)];
  if (!reason) return error;
  return new EmbeddedError(`The data folder ${dataDir} cannot be used: ${reason}.`, { cause: error });
}

/** The reason in the output of a failed PostgreSQL program: the line with the error, without its prefix. */
export function reasonIn(output: string): string {
  if (/No space left on device|Check free disk space/.test(output)) return 'the disk is full';
  const lines = output.trim().split('\n');
  const line = lines.findLast((each) => /error:|FATAL:|PANIC:/.test(each)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(?:error|FATAL|PANIC):\s*/, '');
}
