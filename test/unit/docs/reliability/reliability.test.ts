import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/reliability.md');

/** The rows of the tables of a section. */
function rowsOf(section: string): string[] {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const lines = (text.split('\n## ')[0] ?? '').split('\n');
  return lines.filter((line) => line.startsWith('| ')).slice(1);
}

const guarantees = rowsOf('Guarantees').filter((row) => row.split('|').length === 5);
const named = guarantees.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)]);

test('every guarantee names a test', () => {
  expect(guarantees.length).toBeGreaterThan(10);
  expect(guarantees.filter((row) => !/`test\/[^`]+` "/.test(row))).toEqual([]);
});

test.each(named.map(([, file = '', name = '']) => [name, file]))('the test "%s" is in %s', (name, file) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  expect(read(file)).toContain(`'${name}'`);
});

const metrics = read('src/http/state/metrics.ts');

test.each(rowsOf('Service levels'))('the metric of a service level is measured, shown and watched: %s', (row) => {
  const [, name = ''] = /`proxy_ops_(\w+)/.exec(row) ?? [];
  expect(metrics).toMatch(new RegExp(`'(proxy_ops_)?${name}'`));
  expect(read('docs/grafana-dashboard.json')).toContain(`proxy_ops_${name}`);
  expect(read('deploy/alerts.yml')).toContain(`proxy_ops_${name}`);
});

const rules = read('deploy/alerts.yml');
const ruleTests = read('deploy/alerts.test.yml');

test('every series that a rule reads is recorded by another one', () => {
  const recorded = new Set([...rules.matchAll(/record: (\S+)/g)].map(([, name]) => name));
  const used = new Set(rules.match(/proxy_ops:[\w:]+/g));
  expect([...used].filter((name) => !recorded.has(name))).toEqual([]);
});

test('every alert of Prometheus has a test that it fires and one that it does not', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const times = (name: string) => ruleTests.split(new RegExp(`alertname: ${name}\\b`)).length - 1;
  expect(alerts.filter((name) => times(name) < 2)).toEqual([]);
});

test('every argued survivor of mutation testing is about a line that is in its file', () => {
  const argued = JSON.parse(read('scripts/mutate/argued.json')) as { file: string; line: string; reason: string }[];
  const isThere = (each: { file: string; line: string }) =>
    existsSync(join(ROOT, each.file)) &&
    read(each.file)
      .split('\n')
      .some((line) => line.trim() === each.line);
  expect(argued.filter((each) => !isThere(each) || each.reason === '')).toEqual([]);
});
