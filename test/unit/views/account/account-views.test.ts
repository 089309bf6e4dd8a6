import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelMovePreview } from '../../../../src/domain/accounts/account-edit.ts';
import type { AccountImportPreview, AccountPlacement } from '../../../../src/domain/accounts/account-import.ts';
import type { AccountDetails } from '../../../../src/domain/accounts/account-view.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { accountCard } from '../../../../src/views/account/card.ts';
import { accountImportPreview } from '../../../../src/views/account/import-preview.ts';
import { accountList } from '../../../../src/views/account/list.ts';
import { modelMovePreview } from '../../../../src/views/account/model-move.ts';

/** Text as people type it, as wild and as long as the database accepts it; every `*` and `@` is escaped and so doubled. */
const wild = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  fc.constantFrom('*'.repeat(100), '@everyone', '‮abc', '`code`', '\n# heading'),
);
const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const figure = fc.nat(200_000);
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);
const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant(`${'gate_way.'.repeat(28)}x`));
const address = fc.tuple(host, fc.constant(':65535')).map((parts) => parts.join(''));
const state = fc.constantFrom('open' as const, 'applied' as const, 'cancelled' as const, 'expired' as const);

const placement: fc.Arbitrary<AccountPlacement> = fc.record({
  accounts: figure,
  placed: figure,
  waiting: fc.array(fc.record({ name: wild, waiting: figure }), { maxLength: 30, size: 'max' }),
  missingProxies: figure,
});
const result = fc.tuple(placement, figure).map(([placed, count]) => ({
  ...placed,
  count,
  by: 'discord:123456789012345678',
  at: '2026-05-04T12:00:00.000Z',
}));
const rejected = fc.record({ line: figure, reason: fc.constant('x'.repeat(300)), text: wild });
const preview: fc.Arbitrary<AccountImportPreview> = fc.record({
  planId: id,
  fileName: maybe(wild),
  state,
  cancelledBy: maybe(fc.constant('discord:123456789012345678')),
  expiresAt: moment,
  encoding: fc.constantFrom('utf-8', 'windows-1252'),
  counts: fc.record({
    new: figure,
    revived: figure,
    model: figure,
    vps: figure,
    details: figure,
    known: figure,
    duplicate: figure,
    conflict: figure,
    no_vps: figure,
    invalid: figure,
  }),
  plan: maybe(placement),
  moves: maybe(placement),
  sample: fc.array(
    fc.record({
      line: figure,
      username: wild,
      model: wild,
      vps: maybe(wild),
      proxy: maybe(fc.record({ id, address, reason: fc.constant('unused, not checked yet, '.repeat(8)) })),
    }),
    { maxLength: 5, size: 'max' },
  ),
  newModels: fc.record({ count: figure, names: fc.array(wild, { maxLength: 5, size: 'max' }) }),
  alike: fc.array(
    fc.record({ line: figure, name: wild, rows: figure, like: fc.record({ name: wild, accounts: figure }) }),
    { maxLength: 3, size: 'max' },
  ),
  missingVpsCount: figure,
  missingVps: fc.array(fc.record({ name: wild, rows: figure }), { maxLength: 5, size: 'max' }),
  rejected: fc.array(rejected, { maxLength: 3, size: 'max' }),
  unknownColumns: fc.array(wild, { maxLength: 50, size: 'max' }),
  results: fc.record({ import: result, update: result }, { requiredKeys: [] }),
  source: maybe(fc.constant({ channelId: '1', messageId: '2' })),
  undo: maybe(
    fc.record({
      removed: figure,
      restored: figure,
      keptCount: figure,
      models: figure,
      vps: figure,
      served: figure,
      kept: fc.array(fc.record({ username: wild, why: fc.constantFrom('changed', 'used') }), {
        maxLength: 5,
        size: 'max',
      }),
      by: fc.constant('discord:123456789012345678'),
      at: fc.constant('2026-05-04T12:00:00.000Z'),
    }),
  ),
});

/** A step that was applied is no longer shown as a plan. */
const possible = ({ plan, moves, results, ...rest }: AccountImportPreview): AccountImportPreview => ({
  ...rest,
  plan: results.import ? null : plan,
  sample: results.import || !plan ? [] : rest.sample,
  moves: results.update ? null : moves,
  results,
});

test('any preview of an import of accounts fits into a message', () => {
  fc.assert(
    fc.property(preview.map(possible), fc.array(rejected, { maxLength: 3 }), (shown, attached) => {
      expect(findViewProblems(accountImportPreview(shown, { rejected: attached, notice: 'x'.repeat(100) }))).toEqual(
        [],
      );
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

const account: fc.Arbitrary<AccountDetails> = fc.record({
  id,
  username: wild,
  model: wild,
  label: maybe(wild),
  vps: maybe(wild),
  state: fc.constantFrom('assigned' as const, 'waiting' as const, 'held' as const),
  proxy: maybe(fc.record({ id, host, port: fc.constant(65_535) })),
  notes: maybe(fc.constantFrom('*'.repeat(1000), 'short')),
  waitingSince: moment,
  removedAt: maybe(moment),
  history: fc.array(
    fc.record({
      proxyId: id,
      host,
      port: fc.constant(65_535),
      startedAt: moment,
      startedBy: wild,
      startReason: wild,
      endedAt: maybe(moment),
      endReason: maybe(wild),
    }),
    { maxLength: 5, size: 'max' },
  ),
});

test('any account fits onto its card, and any page of them into a list', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(account, { minLength: 1, maxLength: 15, selector: ({ id: number }) => number }),
      (rows) => {
        for (const each of rows)
          expect(findViewProblems(accountCard(each, { id: 'discord:1', level: 'operator' }, 'Edited'))).toEqual([]);
        const filter = { model: '*'.repeat(100), vps: '*'.repeat(100), search: '*'.repeat(100) };
        const page = { queryId: 2 ** 40, filter, rows, total: 10_001, before: 15, size: 15, isLast: false };
        expect(findViewProblems(accountList(page, 'operator'))).toEqual([]);
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
});

const slot = fc.record({ id, address });
const move: fc.Arbitrary<ModelMovePreview> = fc.record({
  planId: id,
  accountId: id,
  username: wild,
  from: wild,
  to: wild,
  isNewModel: fc.boolean(),
  isHeld: fc.boolean(),
  leaves: maybe(fc.tuple(slot, fc.option(fc.nat(365))).map(([its, cooldownDays]) => ({ ...its, cooldownDays }))),
  gets: maybe(fc.tuple(slot, wild).map(([its, reason]) => ({ ...its, reason }))),
  state,
  cancelledBy: maybe(fc.constant('discord:123456789012345678')),
  result: maybe(fc.constant({ by: 'discord:123456789012345678', at: '2026-05-04T12:00:00.000Z' })),
});

test('any change of model fits into a message', () => {
  fc.assert(
    fc.property(move, (shown) => {
      expect(findViewProblems(modelMovePreview(shown, 'x'.repeat(100)))).toEqual([]);
    }),
    { endOnFailure: true },
  );
});
