/** The embedded PostgreSQL cannot run here; the message is one sentence that says why, for the person who started us. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it is no folder',
};

/** Turns what the operating system says of a folder into a sentence; any other error is passed on as it is. */
export function describeFailure(dataDir: string, error: unknown): unknown {
  if (error instanceof EmbeddedError || !(error instanceof Error) || !('code' in error)) return error;
  const reason = REASONS[String(error.code)];
  if (!reason) return error;
  return new EmbeddedError(`The data folder ${dataDir} cannot be used: ${reason}.`, { cause: error });
}
