import { COMMIT_IS_REPEATED, FAILING_IS_ELIGIBLE } from '../../../simulator/planted/bugs.ts';
import { one, type PlantedBug } from '../../../simulator/planted/planting.ts';

const MANUAL = 'src/services/assignments/manual.ts';
const SERVICE = 'src/services/assignments/assignment-service.ts';
const CREDENTIALS = 'src/services/credentials/credentials-service.ts';
const LOCK = {
  file: 'src/db/queries/assignments/assignments.ts',
  from: "  if (!(await lockWithin(tx, 'assignments', PATIENCE_MS))) throw new AssignmentsBusyError();\n",
  to: '  if (PATIENCE_MS < 0) throw new AssignmentsBusyError();\n',
};

/** Mistakes that one operation alone does not show, or not always. */
export const PLANTED_MISTAKES: readonly PlantedBug[] = [
  one(
    'an account that has a proxy is assigned another one though no move was asked for',
    MANUAL,
    '  if (!isMove) throw',
    '  if (isMove) return;\n  if (wanted === now) throw',
  ),
  one(
    'an unassign answers that it is done if its connection breaks',
    SERVICE,
    'unassignAccount(tx, actor, accountId, reason));',
    `unassignAccount(tx, actor, accountId, reason)).catch((error) => {
      if ('code' in error && /^[a-z]/.test(error.code)) throw error;
      return 0;
    });`,
  ),
  COMMIT_IS_REPEATED,
  FAILING_IS_ELIGIBLE,
  {
    name: 'a fourth account gets a slot of a proxy',
    changes: [
      { file: 'src/domain/proxies/proxy.ts', from: 'MAX_ACCOUNTS_PER_PROXY = 3', to: 'MAX_ACCOUNTS_PER_PROXY = 4' },
      { file: 'drizzle/0001_tables.sql', from: '"slot" between 1 and 3', to: '"slot" between 1 and 4' },
      {
        file: 'src/db/queries/settings.ts',
        from: "limit: Number(read('limit')),",
        to: "limit: Number(read('limit')) + 1,",
      },
    ],
  },
  {
    name: 'accounts on hold are among those that wait',
    changes: [
      {
        file: 'drizzle/0044_triggers-for-single-rows.sql',
        from: 'WHERE a.id = one AND a.held_at IS NULL AND a.removed_at IS NULL',
        to: 'WHERE a.id = one AND a.removed_at IS NULL',
      },
    ],
  },
  one(
    'an unassign counts itself among the accounts that it has served',
    MANUAL,
    '  return (await assignWaiting(tx, actor)).length;',
    '  return (await assignWaiting(tx, actor)).length + 1;',
  ),
  one(
    'a lookup is answered from what was read within the last second',
    CREDENTIALS,
    '    const found = await findCredentials(this.#reads, readAccountPath(named, by));\n',
    `    const cache = (globalThis as { cache?: Map<string, { at: number; found: CredentialsRow[] }> });
    cache.cache ??= new Map();
    const known = cache.cache.get(named);
    const found = known && Date.now() - known.at < 1000 ? known.found : await findCredentials(this.#reads, readAccountPath(named, by));
    if (found !== known?.found) cache.cache.set(named, { at: Date.now(), found });\n`,
  ),
  { name: 'the lock on assignments is not taken', changes: [LOCK] },
];
