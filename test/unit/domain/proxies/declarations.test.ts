import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import {
  ADDRESS_FIELDS,
  DEFAULT_KEYS,
  DETAIL_KEYS,
  detail,
  EDITABLE_KEYS,
  FIELD_FILTERS,
  FILTER_KEYS,
  hintOf,
  MODAL_KEYS,
  nounOf,
  PLAIN_KEYS,
  SECRET_KEYS,
  setOptionOf,
} from '../../../../src/domain/proxies/fields.ts';
import { PROXY_FILTERS, proxyFilter } from '../../../../src/domain/proxies/filters.ts';
import {
  DEFAULT_ACCOUNTS_PER_PROXY,
  MAX_ACCOUNTS_PER_PROXY,
  PROXY_HEALTHS,
  PROXY_STATUSES,
  PROXY_TYPES,
} from '../../../../src/domain/proxies/proxy.ts';
import { readEdit } from '../../../../src/domain/proxies/proxy-edit.ts';
import {
  IMPORT_CLASSES,
  IMPORT_STEPS,
  importSteps,
  SETTABLE_KEYS,
} from '../../../../src/domain/proxies/proxy-import.ts';
import { NO_MODEL, PROXY_SORTS } from '../../../../src/domain/proxies/proxy-view.ts';
import { readSearch, TERMS } from '../../../../src/domain/proxies/search.ts';

test('the fields of a proxy, and what each is used for', () => {
  const declared = DETAIL_KEYS.map((key) => {
    const { column, label, option = '-', filter = '-', hint = '-', kind, ...flags } = detail(key);
    const is = Object.entries(flags).filter(([, value]) => value === true);
    return [column, label, kind.name, kind.maxChars, option, filter, hint, is.map(([name]) => name).join(' ')].join(
      ' | ',
    );
  });
  expect(declared).toEqual([
    'provider | Provider | text | 100 | - | provider | - | isName isEditable isDefault',
    'country | Country | text | 60 | - | country | such as DE or Germany | isEditable isDefault',
    'city | City | text | 100 | - | - | - | isEditable',
    'label | Label | text | 100 | - | - | - | isEditable isDefault',
    'tags | Tags | list | 1040 | - | tag | as a, b, or as changes +a -b | isEditable',
    'notes | Notes | text | 1000 | - | - | - | isEditable',
    'expires_at | Expiry | moment | 60 | expiry | - | such as 2026-12-31 or 2026-12-31 18:00 | isEditable isFuture',
    'monthly_cost | Monthly cost | amount | 60 | cost | - | such as 12.50 | isEditable',
    'change_ip_url | Change-IP link | text | 2000 | - | - | - | isEditable isSecret',
    'external_id | External ID | text | 255 | - | - | - | ',
  ]);
  expect(Object.values(ADDRESS_FIELDS).map(({ column, label }) => [column, label])).toEqual([
    ['host', 'Host'],
    ['port', 'Port'],
    ['type', 'Type'],
    ['username', 'Username'],
    ['password', 'Password'],
  ]);
  expect([ADDRESS_FIELDS.username.kind.maxChars, ADDRESS_FIELDS.password.kind.maxChars]).toEqual([255, 255]);
  expect(ADDRESS_FIELDS.password.isSecret).toBe(true);
});

test('the fields by their use', () => {
  const plain = ['provider', 'country', 'city', 'label', 'tags', 'notes', 'expiresAt', 'monthlyCost'];
  expect(SECRET_KEYS).toEqual(['changeIpUrl']);
  expect(PLAIN_KEYS).toEqual([...plain, 'externalId']);
  expect(EDITABLE_KEYS).toEqual(plain);
  expect(MODAL_KEYS).toEqual([...plain, 'changeIpUrl']);
  expect(FILTER_KEYS).toEqual(['provider', 'country', 'tags']);
  expect(FIELD_FILTERS).toEqual(['provider', 'country', 'tag']);
  expect(DEFAULT_KEYS).toEqual(['provider', 'country', 'label']);
  expect(EDITABLE_KEYS.map(setOptionOf)).toEqual([
    ...['set_provider', 'set_country', 'set_city', 'set_label', 'set_tags', 'set_notes', 'set_expiry', 'set_cost'],
  ]);
});

test('a field in a sentence, and with its hint', () => {
  expect(nounOf({ label: 'Change-IP link' })).toBe('change-IP link');
  expect(hintOf({ label: 'Country', hint: 'such as DE' })).toBe('country, such as DE');
  expect([hintOf({ label: 'City' }), hintOf({ label: 'City', hint: '' })]).toEqual(['city', 'city']);
});

test('the filters of proxies', () => {
  const values = { maxChars: 500, schema: expect.anything() };
  const named = (name: string) => ({
    ...values,
    description: `Filter by ${name}: a, b or (none)`,
    autocomplete: `filter_${name}`,
  });
  expect(PROXY_FILTERS).toEqual({
    status: { description: 'Only proxies with this status', values: ['active', 'inactive', 'blocked'] },
    health: { description: 'Only proxies with this health', values: ['unknown', 'healthy', 'degraded', 'failing'] },
    usage: {
      description: 'Only proxies with this usage; unused: no account, free: a slot that can be assigned',
      values: ['unused', 'free', 'full', 'overloaded', 'cooling', 'expiring'],
    },
    model: named('model'),
    provider: named('provider'),
    country: named('country'),
    tag: named('tag'),
    search: {
      ...values,
      description: 'Number, address, account, label, or terms such as expires:<7d',
      autocomplete: 'search',
    },
  });
});

test('the terms of a search, with examples of values', () => {
  expect(Object.entries(TERMS).map(([key, { examples }]) => [key, examples.join(' ')])).toEqual([
    ['status', 'active inactive blocked'],
    ['health', 'unknown healthy degraded failing'],
    ['usage', 'unused free full overloaded cooling expiring'],
    ['model', '(none)'],
    ['provider', '(none)'],
    ['country', '(none)'],
    ['tag', '(none)'],
    ['label', '(none)'],
    ['host', ''],
    ['account', ''],
    ['source', '(none)'],
    ['is', 'missing'],
    ['expires', '<7d <30d >30d (none)'],
  ]);
});

test('types, states and orders', () => {
  expect(PROXY_TYPES).toEqual(['http', 'https', 'socks4', 'socks5']);
  expect(PROXY_STATUSES).toEqual(['active', 'inactive', 'blocked']);
  expect(PROXY_HEALTHS).toEqual(['unknown', 'healthy', 'degraded', 'failing']);
  expect(PROXY_SORTS).toEqual(['number', 'usage', 'model', 'health', 'latency', 'last_used', 'expiry']);
  expect([MAX_ACCOUNTS_PER_PROXY, DEFAULT_ACCOUNTS_PER_PROXY, NO_MODEL]).toEqual([3, 3, 0]);
});

describe('an import of proxies', () => {
  test('has steps, of which each takes lines of some classes', () => {
    expect(IMPORT_CLASSES).toEqual(['new', 'revived', 'known', 'blocked', 'type', 'credentials', 'duplicate']);
    expect(IMPORT_STEPS).toEqual(['import', 'update', 'add', 'undo']);
    expect(SETTABLE_KEYS).toEqual(['provider', 'country', 'label']);
    const counts = { new: 1, revived: 2, known: 4, blocked: 8, type: 16, credentials: 32, duplicate: 64 };
    expect([
      importSteps.count(counts, 'import'),
      importSteps.count(counts, 'update'),
      importSteps.count(counts, 'add'),
    ]).toEqual([3, 48, 32]);
  });
});

test('a model in a filter has a hundred characters at most, and is read as a name', () => {
  const model = (text: string) => proxyFilter.safeParse({ model: text }).data?.model;
  expect([model('x'.repeat(100)), model('x'.repeat(101))]).toEqual(['x'.repeat(100), undefined]);
  expect(model('Amber\u00a0 Rose, (None)')).toBe('Amber Rose, (none)');
});

test('a span or a date in a search may have blanks, in quotes', () => {
  const expires = (text: string) => readSearch(`expires:"${text}"`);
  const term = (value: string) => ({ text: '', terms: [{ key: 'expires', values: [value] }] });
  expect([expires('< 7d'), expires('>  30d')]).toEqual([term('<7d'), term('>30d')]);
  expect(expires('<  2026-12-31')).toEqual(term('<2026-12-31T23:59:59.999Z'));
  expect(expires('<2026-12-31 10:00Z')).toEqual(term('<2026-12-31T10:00:00.000Z'));
  for (const other of ['x<7d', '<7dx', '7d', '<', '<12345d', '= 7d', ''])
    expect([other, expires(other)]).toEqual([other, expect.any(Refusal)]);
});

test('tags are changes if the first of them has a sign', () => {
  const tags = (text: string) => readEdit({ tags: text }, new Date(0));
  expect(tags('  +a -b')).toEqual({ tags: { add: ['a'], drop: ['b'] } });
  expect(tags(',+a')).toEqual({ tags: { set: ['+a'] } });
  expect(tags('+a|-b;+c')).toEqual({ tags: { add: ['a', 'c'], drop: ['b'] } });
  expect(tags('+')).toEqual(new Refusal('The tags must be either a list (a, b) or changes (+a -b).'));
});
