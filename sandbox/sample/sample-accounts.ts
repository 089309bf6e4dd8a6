/** Sample accounts of seven models, and the VPS that manage them. */

interface SampleModel {
  key: string;
  accounts: number;
  /** Named by the file of the accounts. The bot documents what such an account gets. */
  vps?: string;
}

const MODELS: readonly SampleModel[] = [
  { key: 'amber', accounts: 120, vps: 'nova-1' },
  { key: 'bella', accounts: 90, vps: 'nova-1' },
  { key: 'cora', accounts: 70, vps: 'nova-2' },
  { key: 'dahlia', accounts: 60, vps: 'nova-2' },
  { key: 'esme', accounts: 40, vps: 'vega-1' },
  { key: 'freya', accounts: 20 },
];
/** Comes when all proxies are in use, so its accounts wait. */
const LATE: SampleModel = { key: 'gwen', accounts: 6 };
/** Compacted onto full proxies; those that it leaves are in cooldown. */
export const COMPACTED = 'Freya';
/** Accounts on hold. */
export const HELD = ['dahlia.060', 'esme.040'];

const nameOf = (key: string, n: number) => `${key}.${String(n + 1).padStart(3, '0')}`;
const modelOf = (key: string) => key[0]?.toUpperCase() + key.slice(1);

/** 400 accounts, in turn for each of six models. */
export function accountFile(): string {
  const rows = MODELS.flatMap(({ key, accounts, vps = '' }) =>
    Array.from({ length: accounts }, (_, n) => ({
      line: [nameOf(key, n), modelOf(key), vps, `shift ${(n % 3) + 1}`].join(','),
      turn: n / accounts,
    })),
  );
  const lines = rows.sort((a, b) => a.turn - b.turn).map(({ line }) => line);
  return ['username,model,vps,label', ...lines].join('\n');
}

/** Six accounts of a seventh model. */
export function lateAccountFile(): string {
  const lines = Array.from({ length: LATE.accounts }, (_, n) => `${nameOf(LATE.key, n)},${modelOf(LATE.key)}`);
  return ['username,model', ...lines].join('\n');
}

/** Four VPS without relations. */
export const VPS_FILE = `vps,environment,region
nova-1,production,Falkenstein
nova-2,production,Helsinki
vega-1,staging,Ashburn
vega-2,staging,Hillsboro`;

/**
 * Additions of a later day: accounts whose use is not documented, two accounts that share their proxies with those of another VPS, and
 * links that nothing uses.
 */
export function relationFile(): string {
  const late = MODELS.filter(({ vps }) => vps === undefined).flatMap(({ key, accounts }) =>
    Array.from({ length: accounts }, (_, n) => nameOf(key, n)),
  );
  return [
    'vps,account,proxy,notes',
    ...[...late, 'amber.119', 'amber.120'].map((account) => `vega-2,${account},,`),
    'nova-2,,#1,spare for the night shift',
    'vega-1,,#300,from the old spreadsheet',
  ].join('\n');
}
