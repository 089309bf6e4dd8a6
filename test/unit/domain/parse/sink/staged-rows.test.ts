import { expect, test } from 'vitest';
import {
  copyStatement,
  PLAIN_COLUMNS,
  STAGED_COLUMNS,
  SUPPLIED_COLUMNS,
} from '../../../../../src/domain/parse/staged-rows.ts';

const PLAIN = 'provider country city label tags notes expires_at monthly_cost external_id';
const SUPPLIED = `host port type username credential_id password_fingerprint password_sealed change_ip_url_sealed ${PLAIN}`;

test('the columns of the tables that a file is staged in', () => {
  expect(PLAIN_COLUMNS.join(' ')).toBe(PLAIN);
  expect(SUPPLIED_COLUMNS.join(' ')).toBe(SUPPLIED);
  expect(Object.entries(STAGED_COLUMNS).map(([table, columns]) => [table, columns.join(' ')])).toEqual([
    ['import_rows', `plan_id line reading ${SUPPLIED}`],
    ['account_import_rows', 'plan_id line username key model model_key vps vps_key label notes'],
    ['sync_rows', `plan_id line class proxy_id successor_id ${SUPPLIED}`],
    [
      'listed_proxies',
      'plan_id line state host port type username password_fingerprint country city expires_at monthly_cost external_id',
    ],
    ['import_rejections', 'plan_id line reading reason text'],
  ]);
});

test('rows are copied in the order of these columns', () => {
  expect(copyStatement('import_rejections')).toBe(
    'copy import_rejections (plan_id, line, reading, reason, text) from stdin (format binary)',
  );
});
