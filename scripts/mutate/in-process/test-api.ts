/** Replaces Vitest for the tests of the rules: its own `expect`, and a `describe` and a `test` that only collect. */
export { expect } from 'vitest';

export interface CollectedTest {
  /** The names of its suites and its own, with a number if another test of the file is called the same. */
  name: string;
  run: () => unknown;
}

type Body<T extends unknown[]> = (...values: T) => unknown;

let collected = new Map<string, CollectedTest>();
let suites: readonly string[] = [];

/** The tests that a file defines while `load` imports it. */
export async function collect(load: () => Promise<unknown>): Promise<CollectedTest[]> {
  collected = new Map();
  await load();
  return [...collected.values()];
}

function defineTest(title: string, run: () => unknown): void {
  const full = [...suites, title].join(' > ');
  let name = full;
  for (let same = 2; collected.has(name); same += 1) name = `${full} (${same})`;
  collected.set(name, { name, run });
}

function defineSuite(title: string, body: () => unknown): void {
  const outer = suites;
  suites = [...outer, title];
  body();
  suites = outer;
}

const each =
  (define: (title: string, body: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body<unknown[]>): void => {
    for (const row of rows) define(title, () => (Array.isArray(row) ? body(...row) : body(row)));
  };

/** The options of a test, between its title and its body, concern time and repetitions: they do not matter here. */
const withOptions = (title: string, ...rest: unknown[]): void => {
  const run = rest.find((each) => typeof each === 'function');
  if (run) defineTest(title, () => run());
};

export const describe = Object.assign(defineSuite, { each: each(defineSuite) });
const collecting = () => Object.assign(withOptions, { each: each(defineTest) });
export const test = collecting();
export const it = collecting();
