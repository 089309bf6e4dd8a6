import { one, type PlantedBug } from './planting.ts';

export const FAILING_IS_ELIGIBLE: PlantedBug = {
  name: 'a failing proxy gets new accounts',
  changes: [
    {
      file: 'src/db/queries/proxies/eligible.ts',
      from: `and \${HEALTH} <> 'failing' and`,
      to: 'and',
    },
    { file: 'src/domain/plan/shared/pool.ts', from: `    proxy.health !== 'failing' &&\n`, to: '' },
    { file: 'src/db/queries/assignments/assignments.ts', from: `and j.health = 'failing'`, to: 'and false' },
  ],
};

export const COMMIT_IS_REPEATED = one(
  'a transaction is repeated if the answer to its commit is lost',
  'src/db/errors.ts',
  `error instanceof StalePlanError || RETRIED.has(sqlState(error) ?? '')`,
  `error instanceof StalePlanError || isConnectionError(error) || RETRIED.has(sqlState(error) ?? '')`,
);

/** Each breaks another promise. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  one(
    'the channel is not searched for a message whose answer was lost',
    'src/services/messages/post-once.ts',
    'const isForgotten = postingSince !== null && (postingForMs ?? 0) > NONCE_TRUSTED_MS;',
    'const isForgotten = postingSince !== null && (postingForMs ?? 0) > NONCE_TRUSTED_MS * 1e9;',
  ),
  FAILING_IS_ELIGIBLE,
  one(
    'a proxy that was used has no cooldown',
    'src/db/queries/assignments/assignments.ts',
    'row.wasUsed && cooldownDays > 0',
    'row.wasUsed && cooldownDays < 0',
  ),
  one(
    'an incomplete list reports missing proxies',
    'src/services/sources/record-sync.ts',
    'const isComplete = list.failure === undefined;',
    'const isComplete = list.proxies.length > 0;',
  ),
  one(
    'an unassigned account is not put on hold',
    'src/services/assignments/manual.ts',
    '  await holdAccount(tx, accountId);\n',
    '',
  ),
  one(
    'the removal of an account is not audited',
    'src/services/accounts/account-service.ts',
    `      await insertAudit(tx, actor, { action: 'account.remove', entity: 'account', entityId: id });\n`,
    '',
  ),
  one(
    'a plan does not see exit IPs',
    'src/domain/plan/shared/pool.ts',
    'return proxy.rotating ? null : proxy.exitIp;',
    'return proxy.rotating ? proxy.exitIp : null;',
  ),
  one(
    'a stale plan is applied',
    'src/services/pool-changes/pool-change-service.ts',
    '        assertStillShown(basis, plan.basis);\n',
    '',
  ),
  one(
    'the job for waiting accounts does nothing',
    'src/services/assignments/assignment-service.ts',
    '    if (!(await isAnybodyWaiting(this.#db))) return 0;',
    '    if (await isAnybodyWaiting(this.#db)) return 0;',
  ),
  one(
    'the detail of a report keeps the password',
    'src/services/credentials/credentials-service.ts',
    'const shown = reportDetail(detail, await this.#password(row));',
    'const shown = detail + (await this.#password(row));',
  ),
  {
    name: 'proxies are blamed for a fault of the target',
    changes: [
      {
        file: 'src/services/health/own-network.ts',
        from: `checks.filter(({ result }) => result.outcome === 'ok').map(`,
        to: 'checks.map(',
      },
      { file: 'src/domain/health/sweep-guard.ts', from: 'const FEWEST = 10;', to: 'const FEWEST = 100_000;' },
    ],
  },
  one(
    'a mention is repeated if its message is deleted or old',
    'src/services/alerts/escalation-message.ts',
    'isFinal: content.isResolved, isOnce: true',
    'isFinal: content.isResolved, isOnce: false',
  ),
  one(
    'a program is told a proxy without its password',
    'src/services/credentials/credentials-service.ts',
    'return passwordSealed ? this.#keyring',
    'return passwordSealed && credentialId === null ? this.#keyring',
  ),
  COMMIT_IS_REPEATED,
];
