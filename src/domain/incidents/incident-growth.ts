/** How large an incident is. */
export interface IncidentSize {
  /** Number of failing proxies. */
  proxies: number;
  /** Number of accounts on them. */
  accounts: number;
  /** Number of providers that ever were part of it. */
  providers: number;
}

/** Numbers of accounts at risk at which a growing incident is announced. */
const ACCOUNT_STEPS = [10, 50, 200];

/**
 * Whether people must hear of a growing incident in a new message: its proxies have doubled since the last message, its
 * accounts at risk have reached the next step, or another provider has joined. One more proxy alone does not count.
 */
export function hasGrown(announced: IncidentSize, now: IncidentSize): boolean {
  const added = now.proxies - announced.proxies;
  return (
    (added > 1 && added >= announced.proxies) ||
    ACCOUNT_STEPS.some((step) => announced.accounts < step && now.accounts >= step) ||
    (added > 1 && now.providers > announced.providers)
  );
}

/** The content of a reply to the message of an incident. */
export type IncidentUpdate = { alertId: number } & (
  | {
      kind: 'grew';
      /** Number of failing proxies at the last message, and now. */
      from: number;
      to: number;
      accounts: number;
      /** Providers of its failing proxies, those with most of them first. */
      providers: readonly string[];
    }
  | {
      /** It was resolved, and its proxies fail again. */
      kind: 'returned';
      proxies: number;
      accounts: number;
      providers: readonly string[];
    }
  | {
      kind: 'resolved';
      lastedMs: number;
      /** How often it was opened. */
      openings: number;
      recovered: number;
      /** Number of its proxies that were deactivated or removed, or have expired. */
      off: number;
      providers: readonly string[];
    }
);
