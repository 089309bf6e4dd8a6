import { OperatorError } from '../../base/errors.ts';

/** The embedded PostgreSQL cannot run here; the message is one sentence that says why, for the person who started us. */
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

/** Turns what the operating system says of a folder into a sentence; any other error is passed on as it is. */
export function describeFailure(dataDir: string, error: unknown): unknown {
  if (error instanceof EmbeddedError || !(error instanceof Error) || !('code' in error)) return error;
  const reason = REASONS[String(error.code)];
  if (!reason) return error;
  return new EmbeddedError(`The data folder ${dataDir} cannot be used: ${reason}.`, { cause: error });
}

/** Of what one of PostgreSQL's programs writes before it gives up, the reason: the line that tells of the error, without its prefix. */
export function reasonIn(output: string): string {
  if (/No space left on device|Check free disk space/.test(output)) return 'the disk is full';
  const lines = output.trim().split('\n');
  const line = lines.findLast((each) => /error:|FATAL:|PANIC:/.test(each)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(?:error|FATAL|PANIC):\s*/, '');
}
