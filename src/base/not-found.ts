import { UserError } from './errors.ts';

const KINDS = {
  account: { name: 'account', hint: 'Run /account list to see all accounts.' },
  alert: { name: 'alert', hint: 'Run /alerts list to see open alerts.' },
  environment: { name: 'environment', hint: 'Run /vps list to see all environments.' },
  maintenance: { name: 'maintenance', hint: 'Run /alerts list to see what is announced.' },
  import: { name: 'import', hint: 'Import the file again.' },
  actor: { name: 'person or program', hint: 'Run /audit without the option “actor” to see who made changes.' },
  model: { name: 'model', hint: 'Run /account models to see all models.' },
  plan: { name: 'preview', hint: 'Run the command again.' },
  provider: { name: 'provider', hint: 'Run /proxy stats to see all providers.' },
  proxy: { name: 'proxy', hint: 'Run /proxy list to see all proxies.' },
  source: { name: 'source', hint: 'Run /source list to see all sources.' },
  token: { name: 'token', hint: 'Run /vps token to see all tokens.' },
  vps: { name: 'VPS', hint: 'Run /vps list to see all VPS, or add it with /vps add.' },
} as const;

const LONGEST_NAME = 60;

/**
 * The error for a name or number that matches nothing: `Unknown model “Amber”.`, `Unknown proxy #12.`
 *
 * @param named what was given, if it may be repeated
 * @param hint the next step, if it is not the usual one
 */
export function notFound(
  kind: keyof typeof KINDS,
  named?: string | number | null,
  hint: string = KINDS[kind].hint,
): UserError {
  const { name } = KINDS[kind];
  const quoted =
    typeof named === 'number'
      ? ` #${named}`
      : named === undefined || named === null
        ? ''
        : ` “${named.slice(0, LONGEST_NAME)}”`;
  return new UserError(`${kind}_unknown`, `Unknown ${name}${quoted}.`, hint);
}

/** The error for something that was removed where it would have to be there. */
export function removed(kind: 'account' | 'proxy', named: string | number): UserError {
  const hint = kind === 'proxy' ? 'Import it again to restore it.' : 'Add it again with /account add to restore it.';
  const { name } = KINDS[kind];
  const which = typeof named === 'number' ? `Proxy #${named}` : `The ${name} “${named.slice(0, LONGEST_NAME)}”`;
  return new UserError(`${kind}_unknown`, `${which} was removed.`, hint);
}

/** The error for a text that is the number of one account and the username of another. */
export function ambiguousAccount(named: string, hint: string): UserError {
  const text = named.trim().slice(0, LONGEST_NAME);
  return new UserError(
    'account_ambiguous',
    `“${text}” is the number of one account and the username of another.`,
    hint,
  );
}

/** The error for a filter that matches no proxy; `because` names the part that no proxy can match. */
export function noProxyMatches(because?: { field: string; value: string }): UserError {
  if (!because) {
    return new UserError('nothing_found', 'No proxies match.', 'Run /proxy list with the same filter to check it.');
  }
  const value = because.value.slice(0, LONGEST_NAME);
  return new UserError(
    'nothing_found',
    `No proxies match: no proxy has the ${because.field} “${value}”.`,
    'Choose one of the suggested values.',
  );
}
