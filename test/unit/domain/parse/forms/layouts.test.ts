import { expect, test } from 'vitest';
import {
  ADDRESS_ALONE,
  ADDRESS_FIRST,
  CREDENTIALS_FIRST,
  Layouts,
} from '../../../../../src/domain/parse/forms/layout.ts';
import { SEPARATOR_KINDS } from '../../../../../src/domain/parse/lines/separators.ts';

const KINDS = Array.from({ length: SEPARATOR_KINDS }, (_, kind) => kind);

test('each order with each separators has one layout, and no other has it', () => {
  const layouts = new Layouts();
  const all = [ADDRESS_ALONE, ADDRESS_FIRST, CREDENTIALS_FIRST].flatMap((order) =>
    KINDS.flatMap((address) =>
      KINDS.flatMap((middle) => KINDS.map((credentials) => ({ order, address, middle, credentials }))),
    ),
  );
  const get = ({ order, address, middle, credentials }: (typeof all)[number]) =>
    layouts.get(order, address, middle, credentials);
  expect(all.map(get).map(({ order, address, middle, credentials }) => [order, address, middle, credentials])).toEqual(
    all.map(({ order, address, middle, credentials }) => [order, address, middle, credentials]),
  );
  expect(new Set([...all.map(get), ...all.map(get)]).size).toBe(all.length);
});

test.each([
  [[ADDRESS_ALONE, 1, 0, 0], 'host:port', false],
  [[ADDRESS_ALONE, 7, 0, 0], 'host port', false],
  [[ADDRESS_FIRST, 1, 1, 1], 'host:port:user:password', true],
  [[ADDRESS_FIRST, 1, 8, 2], 'host:port@user;password', true],
  [[CREDENTIALS_FIRST, 1, 8, 1], 'user:password@host:port', false],
  [[CREDENTIALS_FIRST, 6, 4, 3], 'user,password|host\tport', false],
] as const)('the layout of order and separators %j is %j', ([order, address, middle, credentials], form, ends) => {
  const layout = new Layouts().get(order, address, middle, credentials);
  const forms = [layout.form, layout.formWith(''), layout.formWith(':x'), layout.formWith(':x')];
  expect(forms).toEqual([form, form, `${form}:x`, `${form}:x`]);
  expect(layout.endsInPassword).toBe(ends);
  expect([layout.alone.order, layout.alone.address, layout.alone.alone === layout.alone]).toEqual([0, address, true]);
  expect([layout.fits, layout.doubtful, layout.together.size]).toEqual([0, 0, 0]);
});
