import type { OptionValues } from '../../sandbox/server/operator/options.ts';
import { FULL } from '../kit/full-pool.ts';

/** One thing that a person does, by the name under which it is counted. */
export type Action =
  | { kind: 'command'; name: string; path: string; options: OptionValues; isReading: boolean }
  | { kind: 'autocomplete'; name: string; path: string; option: string; typed: string };

/** A seeded source of numbers from 0 to 1 (mulberry32), so that two runs ask the same. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The mix of a team at work, by weight: 35 % typing with autocomplete, 52 % reading, 13 % changing. Every person has a generator of
 * their own, and names proxies, accounts, models and providers of the full pool.
 */
export function createPerson(seed: number): () => Action {
  const random = seeded(seed);
  const number = (below: number) => Math.floor(random() * below);
  let added = 0;
  const proxy = () => `#${1 + number(FULL.proxies)}`;
  const account = () => `account.${1 + number(299_000)}`;
  const model = () => `Model ${1 + number(FULL.models)}`;
  const provider = () => `Provider ${number(40)}`;
  const read = (path: string, options: OptionValues = {}): Action => ({
    kind: 'command',
    name: path,
    path,
    options,
    isReading: true,
  });
  const change = (path: string, options: OptionValues): Action =>
    ({ ...read(path, options), isReading: false }) as Action;
  const type = (path: string, option: string, typed: string): Action => ({
    kind: 'autocomplete',
    name: `${option}: …`,
    path,
    option,
    typed,
  });
  const digits = () => String(1 + number(9_999));
  const mix: [number, () => Action][] = [
    [12, () => type('/proxy show', 'proxy', digits())],
    [12, () => type('/account show', 'account', `account.${digits()}`)],
    [6, () => type('/account list', 'model', `mod${number(3) === 0 ? '' : 'el 1'}`)],
    [5, () => type('/proxy list', 'provider', 'prov')],
    [8, () => read('/proxy show', { proxy: proxy() })],
    [8, () => read('/account show', { account: account() })],
    [5, () => read('/proxy list')],
    [4, () => read('/proxy list', { model: model() })],
    [4, () => read('/proxy list', { provider: provider(), health: 'failing' })],
    [3, () => read('/proxy list', { usage: 'free', sort: 'latency' })],
    [3, () => read('/proxy list', { search: `10.0.${number(256)}.${number(256)}` })],
    [4, () => read('/account list', { model: model() })],
    [2, () => read('/account list', { state: 'held' })],
    [2, () => read('/account models')],
    [2, () => read('/proxy history', { account: account() })],
    [2, () => read('/proxy stats')],
    [1, () => read('/vps map')],
    [2, () => read('/vps list')],
    [1, () => read('/alerts list')],
    [1, () => read('/audit')],
    [5, () => change('/account add', { username: `new.${seed}.${++added}`, model: model() })],
    [4, () => change('/proxy assign', { account: `account.${299_201 + number(800)}` })],
    [2, () => change('/account edit', { account: account(), label: `desk ${number(100)}` })],
    [2, () => change('/proxy deactivate', { proxy: proxy() })],
  ];
  const total = mix.reduce((sum, [weight]) => sum + weight, 0);
  return () => {
    let left = random() * total;
    for (const [weight, act] of mix) {
      left -= weight;
      if (left < 0) return act();
    }
    return read('/help');
  };
}
