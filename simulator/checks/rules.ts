/** R1, said here again, so that the rules do not follow a mistake of the product. */
const MOST_ACCOUNTS = 3;

type Rules = Readonly<Record<string, string>>;

/** Connections to the database that is checked. */
interface Queryable {
  query(statement: string): Promise<{ rows: unknown[] }>;
}

/** Proxies whose load is not what the assignments say; a removed proxy has none. */
export const WRONG_LOADS = `select coalesce(l.proxy_id, p.id) as proxy_id from (
    select id, (select count(*) from account_proxy_assignments s where s.proxy_id = x.id) as load,
      (select min(model_id) from account_proxy_assignments s where s.proxy_id = x.id) as model_id
    from proxies x where removed_at is null
  ) p full join proxy_loads l on l.proxy_id = p.id where (l.load, l.model_id) is distinct from (p.load, p.model_id)`;

/** Rules that hold after any change: each statement finds the rows that break one. */
const ALWAYS: Rules = {
  'too many accounts, or two models, on a proxy': `select proxy_id from account_proxy_assignments
    group by proxy_id having count(*) > ${MOST_ACCOUNTS} or count(distinct model_id) > 1`,
  'an account on a proxy that is inactive or removed': `select s.account_id from account_proxy_assignments s join proxies p on p.id = s.proxy_id
    where p.status <> 'active' or p.removed_at is not null`,
  'a removed or held account with a proxy': `select a.id from account_proxy_assignments s join accounts a on a.id = s.account_id
    where a.removed_at is not null or a.held_at is not null`,
  'an account of another model than its proxy': `select a.id from account_proxy_assignments s join accounts a on a.id = s.account_id
    join proxy_model_claims c on c.proxy_id = s.proxy_id where a.model_id <> c.model_id or s.model_id <> c.model_id or c.cooling_until is not null`,
  'a history that differs from the assignments': `(select account_id, proxy_id, model_id from account_proxy_assignments
      except select account_id, proxy_id, model_id from assignment_history where ended_at is null)
    union all (select account_id, proxy_id, model_id from assignment_history where ended_at is null
      except select account_id, proxy_id, model_id from account_proxy_assignments)`,
  'an account on two proxies at once': `select account_id from (
    select account_id, started_at, lag(coalesce(ended_at, 'infinity')) over (partition by account_id order by id) as before from assignment_history) h where started_at < before`,
  'a claim without an account or a cooldown': `select proxy_id from proxy_model_claims c where cooling_until is null
    and not exists (select from account_proxy_assignments s where s.proxy_id = c.proxy_id)`,
  'an account that waits and is not in the set of waiting accounts': `select id from accounts a where removed_at is null and held_at is null
    and not exists (select from account_proxy_assignments s where s.account_id = a.id) and not exists (select from waiting_accounts w where w.account_id = a.id)`,
  'a load that differs from the assignments': WRONG_LOADS,
  'half an import': `select p.id from plans p where p.kind like '%import%' and p.state = 'staging' and exists (select from proxies x where x.import_plan_id = p.id)`,
};

/** If nothing is written by plain SQL. */
export const SAYS_WHO_AND_WHY: Rules = {
  'a history without who and why': `select id from assignment_history where started_by = '' or start_reason = '' or started_by like 'sql:%'
    or (ended_at is not null and (ended_by like 'sql:%' or end_reason = ''))`,
};

/** If every proxy is healthy, and each change serves the accounts that wait. */
export const NONE_WAITS_IN_VAIN: Rules = {
  'an account that waits though its own model has a free slot': `
    select w.account_id from waiting_accounts w join proxy_model_claims c on c.model_id = w.model_id
    join proxies p on p.id = c.proxy_id
    where p.removed_at is null and (select count(*) from account_proxy_assignments s where s.proxy_id = c.proxy_id) < ${MOST_ACCOUNTS}`,
  'an account that waits though a proxy is free':
    'select w.account_id from waiting_accounts w, unclaimed_proxies u join proxies p on p.id = u.proxy_id where p.removed_at is null',
};

/** The broken rules, by name, with the rows that break them; empty if there are none. */
export async function findBroken({ pool }: { pool: Queryable }, more: Rules = {}): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [rule, statement] of Object.entries({ ...ALWAYS, ...more })) {
    const { rows } = await pool.query(statement);
    if (rows.length > 0) broken[rule] = rows;
  }
  return broken;
}
