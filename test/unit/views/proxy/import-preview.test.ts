import { expect, test } from 'vitest';
import {
  IMPORT_CLASSES,
  type ImportPreview,
  type ImportStepResult,
} from '../../../../src/domain/proxies/proxy-import.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { importPreview } from '../../../../src/views/proxy/import-preview.ts';

/** As long as the database accepts it; every `*` is escaped and so doubled. */
const LONGEST = '*'.repeat(100);
const HOST = `${'gate_way.'.repeat(28)}x`;
const AT = new Date('2026-05-04T12:00:00Z');
const MANY = 200_000;

const five = <T>(value: T): T[] => Array.from({ length: 5 }, () => value);
const done: ImportStepResult = { count: MANY, served: MANY, by: 'discord:123456789012345678', at: AT.toISOString() };

const longest: ImportPreview = {
  planId: 2 ** 31 - 1,
  fileName: LONGEST,
  state: 'open',
  cancelledBy: null,
  expiresAt: AT,
  encoding: 'windows-1252',
  counts: Object.fromEntries([...IMPORT_CLASSES, 'invalid'].map((each) => [each, MANY])) as ImportPreview['counts'],
  sample: five({
    line: MANY,
    host: HOST,
    port: 65_535,
    type: 'socks5',
    username: LONGEST,
    label: LONGEST,
    country: 'DE',
  }),
  expired: MANY,
  blocked: five({ id: 2 ** 31 - 1, host: HOST, port: 65_535, reason: '*'.repeat(200) }),
  rejected: five({ line: MANY, reason: 'x'.repeat(300), text: LONGEST }).slice(0, 3),
  choice: {
    taken: 'first',
    lines: MANY,
    first: { form: 'host:port:user:password', example: LONGEST },
    second: { form: 'user:password:host:port', example: LONGEST },
  },
  unknownColumns: Array.from({ length: 50 }, () => LONGEST),
  lostColumns: Array.from({ length: 50 }, () => ({ name: LONGEST, used: LONGEST })),
  forms: Array.from({ length: 50 }, () => ({ form: LONGEST, lines: MANY })),
  waiting: { accounts: MANY, served: MANY },
  results: {},
  brought: 0,
  lacksProvider: false,
  settable: [
    { key: 'provider', value: 'v'.repeat(100), count: 200_000 },
    { key: 'country', value: 'DE', count: 200_000 },
    { key: 'label', value: '*'.repeat(100), count: 200_000 },
  ],
  source: { channelId: '1', messageId: '2' },
};

const STEPS = ['import', 'update', 'add', 'undo'] as const;
const subsets = Array.from({ length: 2 ** STEPS.length }, (_, bits) => STEPS.filter((_step, at) => bits & (1 << at)));

test.each(['open', 'applied', 'cancelled', 'expired'] as const)(
  'an import that is %s fits into a message with the longest values, after any of its steps',
  (state) => {
    for (const steps of subsets) {
      const shown = { ...longest, state, results: Object.fromEntries(steps.map((step) => [step, done])) };
      const options = { rejected: longest.rejected, notice: 'x'.repeat(100) };
      expect([steps, findViewProblems(importPreview(shown, options))]).toEqual([steps, []]);
    }
  },
);
