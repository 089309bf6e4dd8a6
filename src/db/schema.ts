import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  inet,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { PROXY_HEALTHS, PROXY_STATUSES, PROXY_TYPES } from '../domain/proxy.ts';

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => moment('created_at').notNull().defaultNow();

export const proxyType = pgEnum('proxy_type', PROXY_TYPES);
export const proxyStatus = pgEnum('proxy_status', PROXY_STATUSES);
export const proxyHealthState = pgEnum('proxy_health_state', PROXY_HEALTHS);

/** Settings that every process reads from here: `accounts_per_proxy`, `model_cooldown_days`. */
export const settings = pgTable('settings', {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

/** Data keys. `seal` keys encrypt credentials; the one `fingerprint` key identifies passwords and never changes. */
export const encryptionKeys = pgTable(
  'encryption_keys',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    purpose: text().notNull(),
    isCurrent: boolean('is_current').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    check('encryption_keys_purpose', sql`${table.purpose} in ('seal', 'fingerprint')`),
    uniqueIndex('encryption_keys_one_current').on(table.purpose).where(sql`${table.isCurrent}`),
  ],
);

/** A data key as it is stored: encrypted by an ENCRYPTION_KEY, of which `kek_id` is a short hash. */
export const encryptionKeyWraps = pgTable(
  'encryption_key_wraps',
  {
    keyId: integer('key_id')
      .notNull()
      .references(() => encryptionKeys.id, { onDelete: 'cascade' }),
    kekId: text('kek_id').notNull(),
    wrapped: bytea().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.kekId] })],
);

/** Models come to life by name; `key` is the name without case and blanks. */
export const models = pgTable('models', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  key: text().notNull().unique(),
  createdAt: createdAt(),
});

/** Sealed credentials. `credential_id` is the associated data of both ciphertexts and travels with them from row to row. */
const sealedColumns = {
  credentialId: uuid('credential_id').notNull(),
  passwordFingerprint: bytea('password_fingerprint').notNull(),
  passwordSealed: bytea('password_sealed'),
  changeIpUrlSealed: bytea('change_ip_url_sealed'),
};

/** What a provider's file says of a proxy; the same columns in `proxies` and in the staged rows of an import. */
const suppliedColumns = {
  host: text().notNull(),
  port: integer().notNull(),
  type: proxyType().notNull(),
  /** Empty: the proxy wants none. */
  username: text().notNull(),
  ...sealedColumns,
  provider: text(),
  country: text(),
  city: text(),
  label: text(),
  notes: text(),
  tags: text().array().notNull().default(sql`'{}'`),
  expiresAt: moment('expires_at'),
  monthlyCost: numeric('monthly_cost', { precision: 12, scale: 2, mode: 'number' }),
};

/** A removed proxy keeps its row (`removed_at`), its number and its history. */
export const proxies = pgTable(
  'proxies',
  {
    /** The number that people see: #1042. */
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    ...suppliedColumns,
    status: proxyStatus().notNull().default('active'),
    statusReason: text('status_reason'),
    statusBy: text('status_by'),
    statusAt: moment('status_at'),
    removedAt: moment('removed_at'),
    /** The import that brought or revived it. */
    importPlanId: bigint('import_plan_id', { mode: 'number' }).references(() => plans.id),
    /** Counts changes that overtake a plan: status, removal, expiry, identity, type (a trigger keeps it). */
    version: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    unique('proxies_identity').on(table.host, table.port, table.username, table.passwordFingerprint),
    check('proxies_port', sql`${table.port} between 1 and 65535`),
    check('proxies_country', sql`${table.country} ~ '^[A-Z]{2}$'`),
    check('proxies_host', sql`${table.host} = lower(${table.host}) and length(${table.host}) between 1 and 253`),
    index('proxies_search').using(
      'gin',
      sql`(${table.host} || ' ' || ${table.username} || ' ' || coalesce(${table.label}, '')) gin_trgm_ops`,
    ),
    index('proxies_import').on(table.importPlanId),
    index('proxies_provider').on(table.provider, table.id),
    index('proxies_country').on(table.country).where(sql`${table.removedAt} is null`),
    // In two parts: twenty long tags would be more than an index takes in one piece.
    index('proxies_tags')
      .on(sql`(${table.tags}[1:10])`)
      .where(sql`${table.removedAt} is null and ${table.tags} <> '{}'`),
    index('proxies_more_tags')
      .on(sql`(${table.tags}[11:20])`)
      .where(sql`${table.removedAt} is null and ${table.tags}[11:20] <> '{}'`),
    index('proxies_expiry').on(table.expiresAt).where(sql`${table.expiresAt} is not null`),
  ],
);

/** What the monitor knows. It changes all the time, so it stands apart from `proxies`. No row: unknown. */
export const proxyHealth = pgTable(
  'proxy_health',
  {
    proxyId: integer('proxy_id')
      .primaryKey()
      .references(() => proxies.id),
    health: proxyHealthState().notNull().default('unknown'),
    healthSince: moment('health_since'),
    checkedAt: moment('checked_at'),
    outcome: text(),
    detail: text(),
    latencyMs: integer('latency_ms'),
    exitIp: inet('exit_ip'),
    exitIpAt: moment('exit_ip_at'),
    exitIpBefore: inet('exit_ip_before'),
    exitIpSince: moment('exit_ip_since'),
    goodStreak: integer('good_streak').notNull().default(0),
    badStreak: integer('bad_streak').notNull().default(0),
    flapScore: real('flap_score').notNull().default(0),
    flapAt: moment('flap_at'),
    nextCheckAt: moment('next_check_at').notNull().default(sql`'-infinity'`),
    /** Somebody is checking it until then. */
    claimedUntil: moment('claimed_until'),
    /** When a program's report was last counted. */
    reportedAt: moment('reported_at'),
  },
  (table) => [
    index('proxy_health_due').on(table.nextCheckAt),
    index('proxy_health_exit_ip').on(table.exitIp).where(sql`${table.exitIp} is not null`),
    index('proxy_health_claimed').on(table.claimedUntil).where(sql`${table.claimedUntil} is not null`),
  ],
);

/** When a proxy was last assigned, handed out or reported on. No row: never. */
export const proxyUse = pgTable('proxy_use', {
  proxyId: integer('proxy_id')
    .primaryKey()
    .references(() => proxies.id),
  lastUsedAt: moment('last_used_at').notNull(),
});

/** Which model holds a proxy, or is cooling on it (R2, R6). No row: free. */
export const proxyModelClaims = pgTable(
  'proxy_model_claims',
  {
    proxyId: integer('proxy_id')
      .primaryKey()
      .references(() => proxies.id),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    since: moment('since').notNull().defaultNow(),
    coolingUntil: moment('cooling_until'),
  },
  (table) => [
    unique('proxy_model_claims_pair').on(table.proxyId, table.modelId),
    index('proxy_model_claims_model').on(table.modelId),
    index('proxy_model_claims_cooling').on(table.coolingUntil).where(sql`${table.coolingUntil} is not null`),
  ],
);

export const vps = pgTable('vps', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  /** The name without case. */
  key: text().notNull().unique(),
  environment: text().notNull().default('production'),
  host: text(),
  region: text(),
  notes: text(),
  createdAt: createdAt(),
});

/** An account waits unless it has an assignment or is held. A removed account keeps its row and its history. */
export const accounts = pgTable(
  'accounts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull(),
    /** The username without case: what two accounts cannot share. */
    key: text().notNull().unique(),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    vpsId: integer('vps_id').references(() => vps.id, { onDelete: 'set null' }),
    label: text(),
    notes: text(),
    waitingSince: moment('waiting_since').notNull().defaultNow(),
    heldAt: moment('held_at'),
    removedAt: moment('removed_at'),
    version: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    unique('accounts_model_pair').on(table.id, table.modelId),
    index('accounts_model').on(table.modelId, table.id),
    index('accounts_vps').on(table.vpsId).where(sql`${table.vpsId} is not null`),
    index('accounts_search').using('gin', sql`(${table.username} || ' ' || coalesce(${table.label}, '')) gin_trgm_ops`),
  ],
);

/**
 * The current assignments. Slots 1 to 3 bound a proxy to three accounts (R1), the claim to one model (R2), the primary
 * key an account to one proxy (R3). Every column of these keys is NOT NULL: a NULL would slip past all three.
 * A trigger writes the history of it.
 */
export const accountProxyAssignments = pgTable(
  'account_proxy_assignments',
  {
    accountId: integer('account_id').primaryKey(),
    proxyId: integer('proxy_id').notNull(),
    modelId: integer('model_id').notNull(),
    slot: smallint().notNull(),
    assignedAt: moment('assigned_at').notNull().defaultNow(),
    assignedBy: text('assigned_by').notNull(),
    reason: text().notNull(),
    /** When a program or a person first got it; undoing it before starts no cool-down (R6). */
    handedOutAt: moment('handed_out_at'),
  },
  (table) => [
    unique('account_proxy_assignments_slot').on(table.proxyId, table.slot),
    check('account_proxy_assignments_slot_range', sql`${table.slot} between 1 and 3`),
    foreignKey({
      name: 'account_proxy_assignments_claim',
      columns: [table.proxyId, table.modelId],
      foreignColumns: [proxyModelClaims.proxyId, proxyModelClaims.modelId],
    }),
    foreignKey({
      name: 'account_proxy_assignments_account',
      columns: [table.accountId, table.modelId],
      foreignColumns: [accounts.id, accounts.modelId],
    }),
  ],
);

/** Who used what from when to when (R9). Rows are only added; an end is written once. A trigger refuses the rest. */
export const assignmentHistory = pgTable(
  'assignment_history',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    modelId: integer('model_id').notNull(),
    startedAt: moment('started_at').notNull(),
    startedBy: text('started_by').notNull(),
    startReason: text('start_reason').notNull(),
    endedAt: moment('ended_at'),
    endedBy: text('ended_by'),
    endReason: text('end_reason'),
  },
  (table) => [
    uniqueIndex('assignment_history_open').on(table.accountId).where(sql`${table.endedAt} is null`),
    index('assignment_history_account').on(table.accountId, table.id),
    index('assignment_history_proxy').on(table.proxyId, table.id),
  ],
);

/** VPS-proxy relationships that somebody wrote down, beside those that assignments imply. */
export const vpsProxyMappings = pgTable(
  'vps_proxy_mappings',
  {
    vpsId: integer('vps_id')
      .notNull()
      .references(() => vps.id, { onDelete: 'cascade' }),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    notes: text(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.vpsId, table.proxyId] }),
    index('vps_proxy_mappings_proxy').on(table.proxyId),
  ],
);

/** A change of more than one row: written down, shown, then applied by its id, once. */
export const plans = pgTable(
  'plans',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** `staging` while its rows are written, then `open` until it is applied, cancelled or expired. */
    state: text().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** What was asked, in the shape of the kind. */
    input: jsonb().notNull(),
    /** What each step did, who did it and when, in the shape of the kind: applied twice, it is the answer again. */
    result: jsonb().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    check('plans_state', sql`${table.state} in ('staging', 'open', 'applied', 'cancelled', 'expired')`),
    index('plans_unfinished').on(table.expiresAt).where(sql`${table.state} in ('staging', 'open')`),
  ],
);

/** The rows of a file as they were read, until the import is applied, cancelled or expired. */
export const importRows = pgTable(
  'import_rows',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    line: integer().notNull(),
    /** 0: the line has one reading; 1 and 2: the two readings of an ambiguous batch. */
    reading: smallint().notNull(),
    ...suppliedColumns,
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** The lines of a file that were not understood, secrets masked. */
export const importRejections = pgTable(
  'import_rejections',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    line: integer().notNull(),
    reading: smallint().notNull(),
    reason: text().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** What an import overwrote, so that `Undo` can put it back: the proxies that it updated or revived. */
export const importUndo = pgTable(
  'import_undo',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    type: proxyType().notNull(),
    ...sealedColumns,
    removedAt: moment('removed_at'),
    importPlanId: bigint('import_plan_id', { mode: 'number' }),
    /** The proxy's version after the import: whatever changed it since is not undone. */
    versionAfter: integer('version_after').notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.proxyId] })],
);

/** What a list on screen was asked for, so that its `Previous` and `Next` work after a restart. */
export const listQueries = pgTable('list_queries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text().notNull(),
  query: jsonb().notNull(),
  createdAt: createdAt(),
});

/** Who changed what, when and why (R9). Rows are only added. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** `noun.verb`, such as `proxy.import`. */
    action: text().notNull(),
    entity: text().notNull(),
    entityId: text('entity_id').notNull(),
    before: jsonb(),
    after: jsonb(),
    reason: text(),
  },
  (table) => [
    index('audit_log_entity').on(table.entity, table.entityId, table.id),
    index('audit_log_actor').on(table.actorId, table.id),
    index('audit_log_at').using('brin', table.at),
  ],
);
