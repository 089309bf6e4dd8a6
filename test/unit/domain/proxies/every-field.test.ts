import { describe, expect, test } from 'vitest';
import { registry } from '../../../../src/commands/index.ts';
import { commandPayloads } from '../../../../src/discord/register-commands.ts';
import type { ExportedProxy } from '../../../../src/domain/export/exported-proxy.ts';
import { readTemplate } from '../../../../src/domain/export/template.ts';
import { exportWriter } from '../../../../src/domain/export/write-export.ts';
import { VALUES_CHARS } from '../../../../src/domain/filters/values.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { columnOf } from '../../../../src/domain/parse/records/columns.ts';
import { EXPORT_ONLY_COLUMNS } from '../../../../src/domain/parse/records/export-format.ts';
import {
  ADDRESS_FIELDS,
  DEFAULT_KEYS,
  DETAIL_FIELDS,
  DETAIL_KEYS,
  type Details,
  detail,
  EDITABLE_KEYS,
  FILTER_KEYS,
  PLAIN_KEYS,
  SECRET_KEYS,
  setOptionOf,
} from '../../../../src/domain/proxies/fields.ts';
import { FILTER_NAMES, PROXY_FILTERS } from '../../../../src/domain/proxies/filters.ts';
import type { PoolChange } from '../../../../src/domain/proxies/pool-change.ts';
import { readEdit } from '../../../../src/domain/proxies/proxy-edit.ts';
import type { ProxyDetails } from '../../../../src/domain/proxies/proxy-view.ts';
import { patchFields } from '../../../../src/http/routes/proxies/proxy-patch.ts';
import { proxyShape, toProxyShape } from '../../../../src/http/routes/proxies/proxy-shape.ts';
import { LIMITS } from '../../../../src/kit/limits/limits.ts';
import { proxyCard } from '../../../../src/views/proxy/card.ts';
import { changePreview } from '../../../../src/views/proxy/change-preview.ts';
import { EDIT_PAGES } from '../../../../src/views/proxy/edit-pages.ts';
import { valueFor, writtenFor } from '../../../helpers/pool/field-values.ts';

const DETAILS = Object.fromEntries(DETAIL_KEYS.map((key) => [key, valueFor(key)])) as Details;

const PROXY: ProxyDetails = {
  ...DETAILS,
  id: 7,
  host: '203.0.113.7',
  port: 8080,
  type: 'http',
  username: 'ann',
  status: 'active',
  health: 'healthy',
  latencyMs: 40,
  model: null,
  coolingUntil: null,
  load: 0,
  lastUsedAt: null,
  removedAt: null,
  statusReason: null,
  statusBy: null,
  statusAt: null,
  checkedAt: null,
  exitIp: null,
  exitIpBefore: null,
  exitIpSince: null,
  checks: [],
  createdAt: new Date('2026-01-01'),
  source: null,
  missingSince: null,
  hasCredentials: true,
  hasChangeIpUrl: true,
  accounts: [],
};

const EXPORTED: ExportedProxy = {
  id: 7,
  host: '203.0.113.7',
  port: 8080,
  type: 'http',
  status: 'active',
  model: null,
  ...DETAILS,
  credentials: { username: 'ann', password: 's3cret', changeIpUrl: DETAILS.changeIpUrl },
};

interface Payload {
  name: string;
  options: { name: string; options?: { name: string; max_length?: number; autocomplete?: boolean }[] }[];
}
const commands = JSON.parse(JSON.stringify(commandPayloads(registry))) as Payload[];
const optionsOf = (subcommand: string) => {
  const found = commands.find(({ name }) => name === 'proxy')?.options.find(({ name }) => name === subcommand);
  return new Map(found?.options?.map((option) => [option.name, option]));
};

/** Commands that change or show what filters find. */
const FILTERED = ['list', 'edit', 'deactivate', 'activate', 'remove', 'release', 'test', 'export'];

const SETTINGS = { limit: 3, currency: 'EUR' };

test('no name of a column has two meanings', () => {
  const fields: { column: string; aliases?: readonly string[] }[] = Object.values({
    ...ADDRESS_FIELDS,
    ...DETAIL_FIELDS,
  });
  const names = fields.flatMap(({ column, aliases = [] }) =>
    [column, ...aliases].map((name) => name.replaceAll('_', '')),
  );
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

describe.each(DETAIL_KEYS)('the field %s', (key) => {
  const { column, aliases } = detail(key);

  test('is read from files under its own name and its aliases, or is left out knowingly', () => {
    for (const name of [key, column, ...(aliases ?? [])])
      expect([name, columnOf(name)]).toEqual([name, aliases && key]);
    expect(EXPORT_ONLY_COLUMNS.has(column)).toBe(aliases === undefined);
  });

  test('reads back exactly what it writes, for files and for people', () => {
    const { kind } = detail(key);
    const value = DETAILS[key];
    expect(kind.read(kind.write(value), 'x')).toEqual(value);
    expect(kind.read(kind.show(value), 'x')).toEqual(value);
    expect(kind.write(kind.none)).toBe('');
  });

  test('is in exports with credentials, as CSV and as JSON', () => {
    const csv = exportWriter('csv', true);
    expect(
      csv
        .begin()
        .trim()
        .split(/[\r\n,]+/),
    ).toContain(column);
    expect(JSON.parse(exportWriter('json', true).batch([EXPORTED]))[column]).toBe(detail(key).kind.write(DETAILS[key]));
  });
});

describe.each(PLAIN_KEYS)('the field %s, which may be shown,', (key) => {
  const { column, label, kind } = detail(key);

  test('is in exports without credentials and in templates', () => {
    expect(exportWriter('csv', false).begin().trim().split(',')).toContain(column);
    const template = readTemplate(`%${column}%`);
    if (kind.isLong) expect(template).toBeInstanceOf(Refusal);
    else if (template instanceof Refusal) throw new Error(template.reason);
    else expect([template.write(EXPORTED), template.needsCredentials]).toEqual([kind.write(DETAILS[key]), false]);
  });

  test('is on the card with its label, and in the API', () => {
    expect(JSON.stringify(proxyCard(PROXY, SETTINGS, { id: '1', level: 'operator' }))).toContain(`**${label}** `);
    expect(Object.keys(proxyShape.shape)).toContain(key);
    expect(proxyShape.parse(toProxyShape(PROXY, 3))[key]).toEqual(JSON.parse(JSON.stringify(DETAILS[key])));
  });
});

describe.each(SECRET_KEYS)('the field %s, which is secret,', (key) => {
  test('is shown nowhere, and set neither in bulk nor by the API', () => {
    const { column } = detail(key);
    expect(JSON.stringify(proxyCard(PROXY, SETTINGS, { id: '1', level: 'admin' }))).not.toContain(DETAILS[key]);
    expect(exportWriter('csv', false).begin().trim().split(',')).not.toContain(column);
    expect(readTemplate(`%${column}%`)).toBeInstanceOf(Refusal);
    expect(Object.keys(proxyShape.shape)).not.toContain(key);
    expect(Object.keys(patchFields)).not.toContain(key);
    expect([...optionsOf('edit').keys()]).not.toContain(`set_${column}`);
  });
});

describe.each(EDITABLE_KEYS)('the field %s, which can be edited,', (key) => {
  const { label, kind } = detail(key);
  const edit = readEdit({ [key]: writtenFor(key) }, new Date('2026-06-01'));

  test('is set by an option, a modal and PATCH, with one limit', () => {
    expect(optionsOf('edit').get(setOptionOf(key))).toMatchObject({ max_length: kind.maxChars });
    expect(EDIT_PAGES.flat()).toContain(key);
    expect(Object.keys(patchFields)).toContain(key);
    expect(Object.keys(edit)).toEqual([key]);
  });

  test('is named in the preview of an edit', () => {
    const change = { kind: 'edit', target: { filter: { provider: 'a' } }, edit } as PoolChange;
    const counts = { count: 2, unchanged: 0, moved: 0, stranded: 0 };
    const view = changePreview({
      planId: 1,
      state: 'open',
      cancelledBy: null,
      only: null,
      waiting: 0,
      change,
      ...counts,
      former: { [key]: { values: [{ value: null, count: 2 }], others: 0 } },
      sample: [],
      models: [],
      moves: [],
      result: null,
    });
    expect(JSON.stringify(view)).toContain(`**${label}** (none) 2 → `);
  });
});

test('modals have no more fields than Discord allows, and there is a handler for each', () => {
  expect(Math.max(...EDIT_PAGES.map((keys) => keys.length))).toBeLessThanOrEqual(LIMITS.modalComponents);
  const names = registry.handlers.filter(({ kind }) => kind === 'modal').map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(EDIT_PAGES.map((_keys, page) => `proxy.edit_${page + 1}`)));
});

test('each filter is an option of every command that takes filters', () => {
  for (const subcommand of FILTERED)
    expect([...optionsOf(subcommand).keys()]).toEqual(expect.arrayContaining(FILTER_NAMES));
});

test('each field that can be filtered by has its filter, with the values of the pool to choose from', () => {
  for (const key of FILTER_KEYS) {
    const { filter } = detail(key);
    expect(optionsOf('list').get(filter ?? '')).toMatchObject({ autocomplete: true, max_length: VALUES_CHARS });
    expect(Object.keys(PROXY_FILTERS)).toContain(filter);
    expect(Object.keys(registry.autocomplete)).toContain(filter);
  }
});

test('each field with an import default is an option of imports', () => {
  for (const key of DEFAULT_KEYS) {
    expect(optionsOf('import').get(key)).toMatchObject({ max_length: detail(key).kind.maxChars });
  }
});
