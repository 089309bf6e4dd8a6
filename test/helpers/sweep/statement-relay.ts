import { type StatementFault, startRelay } from '../../../simulator/database/relay.ts';

export type { StatementFault };

/** A relay in front of PostgreSQL that lets the n-th statement fail. */
export interface StatementRelay {
  url: string;
  /** From now on the n-th statement of the watched connections fails, counted from 1. */
  arm(fault: StatementFault, nth: number): void;
  /** Ends that. @returns whether a statement has failed */
  disarm(): boolean;
  close(): void;
}

/**
 * @param serverUrl the address of a database
 * @param isWatched chooses connections by their `application_name`
 */
export async function startStatementRelay(
  serverUrl: string,
  isWatched: (name: string) => boolean,
): Promise<StatementRelay> {
  let armed: { fault: StatementFault; nth: number; seen: number } | undefined;
  let hasFailed = false;
  const pass = (): StatementFault | undefined => {
    if (!armed || ++armed.seen !== armed.nth) return undefined;
    hasFailed = true;
    return armed.fault;
  };
  const { url, close } = await startRelay(serverUrl, { isWatched, pass });
  return {
    url,
    close,
    arm(fault, nth) {
      armed = { fault, nth, seen: 0 };
      hasFailed = false;
    },
    disarm() {
      armed = undefined;
      return hasFailed;
    },
  };
}
