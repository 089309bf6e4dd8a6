import { expect, test } from 'vitest';
import { Carried } from '../../../../../src/domain/plan/shared/carried.ts';
import { inTurn, NetworkShelf } from '../../../../../src/domain/plan/shared/network-shelf.ts';
import { plannedProxyMaker } from '../../../../../src/domain/plan/shared/planned-proxy.ts';
import { proxy } from '../pools.ts';

const make = plannedProxyMaker();
const here = (...ids: number[]) => ids.map((id) => make(proxy(id, { host: `192.0.2.${id}` })));
const there = (...ids: number[]) => ids.map((id) => make(proxy(id, { host: `198.51.100.${id}` })));
const numbers = (taken: ReturnType<NetworkShelf['take']>) => taken.map((planned) => planned.proxy.id);

test('the next proxy is in the network that carries the model least, and the oldest there', () => {
  const shelf = new NetworkShelf([...here(1, 2), ...there(3, 4)]);
  const carried = new Carried([['192.0.2.0/24', 1]]);
  expect(numbers(shelf.take(3, carried))).toEqual([3, 1, 4]);
  expect([carried.on('192.0.2.0/24'), carried.on('198.51.100.0/24'), shelf.size]).toEqual([2, 2, 1]);
  expect(numbers(shelf.take(5, new Carried()))).toEqual([2]);
  expect(shelf.size).toBe(0);
});

test('a list of which each network comes once is in turn as it is, and a whole shelf is taken as that', () => {
  const list = [...here(1), ...there(2)];
  const [first, second] = [new Carried(), new Carried()];
  expect(inTurn(list, first)).toBe(list);
  expect(new NetworkShelf(list).take(2, second)).toBe(list);
  expect([first.on('192.0.2.0/24'), second.on('198.51.100.0/24')]).toEqual([1, 1]);
  expect(numbers(inTurn([...here(1, 2), ...there(3)], new Carried([['192.0.2.0/24', 1]])))).toEqual([3, 1, 2]);
  const shelf = new NetworkShelf(list);
  expect([numbers(shelf.take(1, new Carried())), numbers(shelf.take(9, new Carried()))]).toEqual([[1], [2]]);
});

test('beyond the quota only own proxies are taken, and those of the shelf are left to others', () => {
  const shelf = new NetworkShelf(here(1, 2));
  const carried = new Carried([['192.0.2.0/24', 1]]);
  expect(numbers(shelf.take(4, carried, there(11, 12, 13), 1))).toEqual([11, 1, 12, 13]);
  expect([carried.on('192.0.2.0/24'), carried.on('198.51.100.0/24'), shelf.size]).toEqual([2, 3, 1]);
  expect(numbers(shelf.take(1, new Carried()))).toEqual([2]);
});

test('a quota of none takes own proxies only', () => {
  const shelf = new NetworkShelf(here(1));
  expect(numbers(shelf.take(3, new Carried(), here(7, 8), 0))).toEqual([7, 8]);
  expect(numbers(shelf.take(1, new Carried()))).toEqual([1]);
});

test('own proxies that are left do not go to the shelf', () => {
  const shelf = new NetworkShelf(here(5));
  expect(numbers(shelf.take(1, new Carried(), there(1, 2)))).toEqual([1]);
  expect([shelf.size, numbers(shelf.take(3, new Carried()))]).toEqual([1, [5]]);
});

test('a network with proxies of both kinds counts what is taken from either', () => {
  const shelf = new NetworkShelf([...here(3, 4), ...there(5)]);
  expect(numbers(shelf.take(4, new Carried(), here(1, 2)))).toEqual([1, 5, 2, 3]);
});
