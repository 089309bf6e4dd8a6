import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccountFile } from '../../../../src/domain/accounts/file/account-file.ts';
import { readUsername } from '../../../../src/domain/accounts/username.ts';
import type { ExportedProxy } from '../../../../src/domain/export/exported-proxy.ts';
import { exportWriter } from '../../../../src/domain/export/write-export.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { defuseCell, restoreCell } from '../../../../src/domain/parse/records/export-format.ts';
import { DETAIL_FIELDS } from '../../../../src/domain/proxies/fields.ts';
import {
  type ExportedMapping,
  readMappings,
  writeMappingJson,
  writeMappingsCsv,
} from '../../../../src/domain/vps/mapping-file.ts';
import { readLinkNotes, readVpsName } from '../../../../src/domain/vps/vps-fields.ts';
import { toCsv } from '../../../../src/kit/csv.ts';
import { read } from '../parse/read.ts';

const HOSTILE = fc.string({
  unit: fc.constantFrom(...`=+-@'"＝＋－＠;,|:#/\\ab1 \t\n\r\u00a0é`, '=1+1', "'=", '"=', ';=', '\n=', '--', '//'),
  maxLength: 14,
});
/** Values that a field can hold, as its reader accepts them. */
const valuesOf = <T>(reader: (text: string) => T | Refusal) =>
  HOSTILE.map(reader).filter((value): value is Exclude<T, Refusal> => !(value instanceof Refusal));

/** Whether a spreadsheet would take any piece for a formula, whatever its delimiter and however it takes quotes. */
const hasFormula = (text: string) => text.split(/[;,|\t\r\n]/).some((piece) => /^["\s]*[=+\-@＝＋－＠]/.test(piece));
const isDangerous = (text: string) => hasFormula(text) || /^[\t\r\n]/.test(text);

test('a cell is the same after it was defused and restored, and no piece of it begins a formula', () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const defused = defuseCell(text);
      expect(restoreCell(defused)).toBe(text);
      expect(isDangerous(defused)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
  for (const text of ['a;=1+1', '＝1+1', 'x\n=1', '\t=1', ' =1', "'=1", "''=1", "'", "a;'=1", '-'])
    expect([text, restoreCell(defuseCell(text)), isDangerous(defuseCell(text))]).toEqual([text, text, false]);
});

test('no table for people has a cell that begins a formula', () => {
  fc.assert(
    fc.property(fc.array(HOSTILE, { minLength: 1 }), (cells) => {
      const [, ...lines] = toCsv(
        ['a'],
        cells.map((cell) => [cell]),
      ).split('\r\n');
      expect(hasFormula(lines.join('\r\n'))).toBe(false);
    }),
  );
});

const proxy = fc.record({
  username: valuesOf((text) => text.replace(/[\r\n\t:]/g, '')),
  password: valuesOf((text) => text.replace(/[\r\n\t]/g, '') || null),
  provider: valuesOf((text) => DETAIL_FIELDS.provider.kind.read(text, 'provider')),
  label: valuesOf((text) => DETAIL_FIELDS.label.kind.read(text, 'label')),
  city: valuesOf((text) => DETAIL_FIELDS.city.kind.read(text, 'city')),
  notes: valuesOf((text) => DETAIL_FIELDS.notes.kind.read(text, 'notes')),
  tags: valuesOf((text) => DETAIL_FIELDS.tags.kind.read(text, 'tags')),
});

test.each(['csv', 'json'] as const)('an export of proxies as %s is read back unchanged', (format) => {
  fc.assert(
    fc.property(fc.array(proxy, { minLength: 1, maxLength: 4 }), (given) => {
      const proxies = given.map(
        ({ username, password, ...details }, at): ExportedProxy => ({
          id: at + 1,
          host: `203.0.113.${at + 1}`,
          port: 8080,
          type: 'http',
          status: 'active',
          model: '=model',
          country: 'DE',
          expiresAt: null,
          monthlyCost: null,
          externalId: null,
          ...details,
          credentials: { username, password, changeIpUrl: null },
        }),
      );
      const writer = exportWriter(format, true);
      const file = read(writer.begin() + writer.batch(proxies) + writer.end());
      expect(file.rejected).toEqual([]);
      const back = file.rows.map(({ fields: { username, password, provider, label, city, notes, tags } }) => ({
        username: username ?? '',
        password,
        provider,
        label,
        city,
        notes,
        tags,
      }));
      expect(back).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

const mapping = fc.record({
  vps: valuesOf((text) => readVpsName(text) ?? 'x'),
  environment: valuesOf((text) => readVpsName(text) ?? 'x'),
  account: valuesOf((text) => (text === '' ? null : readUsername(text))),
  notes: valuesOf(readLinkNotes),
  isDocumented: fc.boolean(),
});

const mappings = fc.array(mapping, { minLength: 1, maxLength: 4 });
const exported = ({ ...row }: Omit<ExportedMapping, 'proxyId' | 'host' | 'port' | 'model'>): ExportedMapping => ({
  ...row,
  proxyId: 12,
  host: '203.0.113.7',
  port: 8080,
  model: row.account === null ? null : '=Amber',
});

test.each(['csv', 'json'] as const)('an export of mappings as %s is read back unchanged', (format) => {
  fc.assert(
    fc.property(mappings, (given) => {
      const rows = given.map(exported);
      const text =
        format === 'csv'
          ? writeMappingsCsv([]) + writeMappingsCsv(rows)
          : `[${rows.map((row) => writeMappingJson(row)).join(',')}]`;
      const { rows: back, rejected, unknownColumns } = readMappings(text, { fileName: `a.${format}`, maxRows: 100 });
      expect([rejected, unknownColumns]).toEqual([[], []]);
      expect(back.map(({ line: _line, ...row }) => row)).toEqual(
        given.map((row) => ({ ...row, region: null, proxy: '#12', address: '203.0.113.7:8080' })),
      );
    }),
    { numRuns: 300 },
  );
});

test('an import of accounts reads the usernames of that export unchanged', () => {
  fc.assert(
    fc.property(mappings, (given) => {
      // `##` is what a spreadsheet writes into a narrow column, so no import of accounts takes it for the name of a VPS.
      const rows = given.filter(({ account }) => account !== null).map((row) => exported({ ...row, vps: 'x' }));
      fc.pre(rows.length > 0);
      const text = writeMappingsCsv([]) + writeMappingsCsv(rows);
      const options = { fileName: 'vps.csv', defaults: {}, maxRows: 100 };
      const file = parseAccountFile(Buffer.from(text), options);
      expect(file.rejected).toEqual([]);
      expect(file.rows.map(({ username }) => username)).toEqual(rows.map(({ account }) => account));
    }),
    { numRuns: 300 },
  );
});
