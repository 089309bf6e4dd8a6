import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { isSampled, NOT_SAMPLED, placeOf } from '../sample.ts';
import { cases } from './fast-check-api.ts';
import { callWithin, OutOfTime } from './limit.ts';
import { hookModules, reachedFrom } from './modules.ts';
import { type CollectedTest, collect } from './test-api.ts';

/** The state that instrumented code reads and counts in; the names are Stryker's. */
interface Namespace {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

/** Results of the dry run, for processes that come after it: by test its duration, by test file what it reaches. */
interface Learned {
  ms: Record<string, number>;
  reaches: Record<string, string[]>;
}

const TESTS = 'test/unit/domain/**/*.test.ts';

/** Its tests measure time, which says nothing about a mutant on a busy machine. */
const MEASURES_TIME = 'test/unit/domain/parse/growth.test.ts';

/** These remember what they computed, so each of their mutants needs modules of its own. */
const REMEMBERS = [
  'src/domain/parse/fields/country.ts',
  'src/domain/parse/forms/words.ts',
  'src/domain/parse/records/columns.ts',
  'src/domain/parse/records/json-object.ts',
  'src/domain/incidents/quiet-hours.ts',
];

/** Kept from run to run, so that a dry run need not measure again what takes too long. */
const LEARNED = join(import.meta.dirname, '../../../reports/mutants/learned.json');

/** A test that takes longer with a mutant does not end: this, and so many times as long as without it. */
const ENDLESS_MS = 2_000;
const ENDLESS_TIMES = 10;

/** Few cases kill most mutants; what survives them is tried with more, which are an option. */
const FEW_CASES = 40;

/**
 * Runs the unit tests of the rules in the process of Stryker's worker. A mutant is switched on in modules that are
 * loaded already, so it costs as much as the tests that reach it, the shortest first, until one fails. After a failure the same test runs
 * without the mutant: if it fails again, the mutant has left something behind, and the verdict is repeated with fresh modules.
 */
class InProcessRunner implements TestRunner {
  readonly #stryker: Namespace = {};
  readonly #sandbox = process.cwd();
  #loaded = new Map<string, Promise<Map<string, CollectedTest>>>();
  #generation = 0;
  /** Tests with a property that had fewer cases than it asks for. */
  readonly #cut = new Set<string>();
  #learned: Learned | undefined;
  readonly #mutated: readonly string[];
  readonly #every: number;
  readonly #mostCases: number;
  readonly #longestMs: number;

  static readonly inject = tokens(commonTokens.options);
  constructor({ mutate, every, cases: mostCases, longest }: StrykerOptions) {
    this.#mutated = mutate;
    this.#every = Number(every);
    this.#mostCases = Number(mostCases);
    this.#longestMs = Number(longest);
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    Object.assign(globalThis, { __stryker__: this.#stryker });
    hookModules(this.#sandbox);
  }

  async dryRun(): Promise<CompleteDryRunResult> {
    const tests: TestResult[] = [];
    const learned: Learned = existsSync(LEARNED) ? this.#known() : { ms: {}, reaches: {} };
    const files = globSync(TESTS, { cwd: this.#sandbox }).filter((file) => file !== MEASURES_TIME);
    cases.most = FEW_CASES;
    for (const file of files.sort()) {
      const ids = (await this.#load(file)).keys();
      const reached = [...reachedFrom(this.#url(file))].map((url) => url.slice(this.#url('').length));
      learned.reaches[file] = reached.filter((path) => path.startsWith('src/domain/'));
      if (!reached.some((path) => this.#isMutated(path))) continue;
      for (const id of ids) if (this.#isShort(learned, id)) tests.push(await this.#run(id));
    }
    for (const { id, timeSpentMs } of tests) learned.ms[id] = timeSpentMs;
    writeFileSync(LEARNED, JSON.stringify(learned));
    const { mutantCoverage = { static: {}, perTest: {} } } = this.#stryker;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const file = relative(this.#sandbox, options.sandboxFileName);
    if (!isSampled(placeOf(file, options), this.#every))
      return { status: MutantRunStatus.Error, errorMessage: NOT_SAMPLED };
    try {
      return await this.#resultFor(options, file);
    } catch (err) {
      if (!(err instanceof OutOfTime)) throw err;
      // The test was stopped anywhere, so its modules may hold anything.
      this.#forget();
      return { status: MutantRunStatus.Timeout };
    }
  }

  async #resultFor(options: MutantRunOptions, file: string): Promise<MutantRunResult> {
    // Values that a file remembers were computed during one test, and all tests use them.
    const known = REMEMBERS.includes(file) ? undefined : options.testFilter;
    const ids = known ?? this.#reaching(file);
    if (!known || options.reloadEnvironment) return this.#inFreshModules(options, ids);
    const found = await this.#verdict(options, ids);
    const failed = found.tests.find(({ status }) => status === TestStatus.Failed);
    if (!failed || (await this.#run(failed.id)).status === TestStatus.Success) return this.#result(options, found);
    this.#forget();
    return this.#inFreshModules(options, ids);
  }

  async #inFreshModules(options: MutantRunOptions, ids: readonly string[]): Promise<MutantRunResult> {
    const kept = this.#loaded;
    this.#forget();
    try {
      this.#activate(options);
      return this.#result(options, await this.#fileByFile(options, ids));
    } finally {
      this.#deactivate();
      this.#forget(kept);
    }
  }

  /** The test files that load the least come first: loading takes longer than the tests. */
  async #fileByFile(options: MutantRunOptions, ids: readonly string[]): Promise<CompleteDryRunResult> {
    const { reaches } = this.#known();
    const reachedBy = (test: string) => reaches[test]?.length ?? 0;
    const files = [...Map.groupBy(ids, fileOf)].sort(([a], [b]) => reachedBy(a) - reachedBy(b));
    const tests: TestResult[] = [];
    for (const [, its] of files) {
      this.#activate(options);
      tests.push(...(await this.#verdict(options, its)).tests);
      if (tests.at(-1)?.status === TestStatus.Failed) break;
    }
    return { status: DryRunStatus.Complete, tests };
  }

  /** The tests of the files that reach the file of a mutant. */
  #reaching(file: string): string[] {
    const { reaches, ms } = this.#known();
    const files = new Set(Object.keys(reaches).filter((test) => reaches[test]?.includes(file)));
    return Object.keys(ms).filter((id) => files.has(fileOf(id)));
  }

  async #verdict(options: MutantRunOptions, ids: readonly string[]): Promise<CompleteDryRunResult> {
    const learned = this.#known();
    const { ms } = learned;
    const inOrder = ids.filter((id) => this.#isShort(learned, id)).sort((a, b) => (ms[a] ?? 0) - (ms[b] ?? 0));
    for (const file of new Set(inOrder.map(fileOf))) await this.#load(file);
    this.#activate(options);
    try {
      const tests = await this.#untilFailure(inOrder, FEW_CASES);
      const isKilled = tests.at(-1)?.status === TestStatus.Failed;
      const cut = inOrder.filter((id) => this.#cut.has(id));
      if (!isKilled && this.#mostCases > FEW_CASES) tests.push(...(await this.#untilFailure(cut, this.#mostCases)));
      return { status: DryRunStatus.Complete, tests };
    } finally {
      this.#deactivate();
    }
  }

  async #untilFailure(ids: readonly string[], mostCases: number): Promise<TestResult[]> {
    cases.most = mostCases;
    const tests: TestResult[] = [];
    for (const id of ids) {
      const result = await this.#run(id);
      tests.push(result);
      if (result.status === TestStatus.Failed) break;
    }
    return tests;
  }

  #result({ hitLimit }: MutantRunOptions, found: CompleteDryRunResult): MutantRunResult {
    return toMutantRunResult(determineHitLimitReached(this.#stryker.hitCount, hitLimit) ?? found);
  }

  #activate({ activeMutant, hitLimit }: MutantRunOptions): void {
    Object.assign(this.#stryker, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    });
  }

  #deactivate(): void {
    this.#stryker.activeMutant = undefined;
    this.#stryker.currentTestId = undefined;
  }

  async #run(id: string): Promise<TestResult> {
    const file = fileOf(id);
    const test = (await this.#load(file)).get(id);
    const base = { id, name: id, fileName: join(this.#sandbox, file) };
    this.#stryker.currentTestId = id;
    cases.wasCut = false;
    const before = process.cpuUsage();
    const failureMessage = test
      ? await this.#failureOf(test, id)
      : 'the file defines no such test while the mutant is active';
    this.#stryker.currentTestId = undefined;
    // Not the time on the clock, which a busy machine stretches.
    const { user, system } = process.cpuUsage(before);
    const timeSpentMs = (user + system) / 1000;
    if (cases.wasCut) this.#cut.add(id);
    return failureMessage === undefined
      ? { ...base, timeSpentMs, status: TestStatus.Success }
      : { ...base, timeSpentMs, status: TestStatus.Failed, failureMessage };
  }

  async #failureOf(test: CollectedTest, id: string): Promise<string | undefined> {
    try {
      const most = this.#stryker.activeMutant === undefined ? undefined : this.#msFor(id);
      await (most === undefined ? test.run() : callWithin(most, test.run));
      return undefined;
    } catch (err) {
      if (err instanceof OutOfTime) throw err;
      return err instanceof Error ? err.message : String(err);
    }
  }

  #msFor(id: string): number {
    return ENDLESS_MS + ENDLESS_TIMES * (this.#known().ms[id] ?? 0);
  }

  #isShort({ ms }: Learned, id: string): boolean {
    return (ms[id] ?? 0) <= this.#longestMs;
  }

  #isMutated(path: string): boolean {
    return this.#mutated.some((pattern) => matchesGlob(path, pattern));
  }

  /** A file that cannot be loaded while a mutant is active defines no tests: then each of them fails. */
  #load(file: string): Promise<Map<string, CollectedTest>> {
    const known = this.#loaded.get(file);
    if (known) return known;
    const load = () => import(`${this.#url(file)}?${this.#generation}`);
    const loading = collect(load).then(
      (tests) => new Map(tests.map((test) => [`${file}#${test.name}`, test])),
      (err) => {
        if (this.#stryker.activeMutant === undefined) throw err;
        return new Map();
      },
    );
    this.#loaded.set(file, loading);
    return loading;
  }

  #forget(instead = new Map<string, Promise<Map<string, CollectedTest>>>()): void {
    this.#loaded = instead;
    this.#generation += 1;
  }

  #known(): Learned {
    this.#learned ??= JSON.parse(readFileSync(LEARNED, 'utf8')) as Learned;
    return this.#learned;
  }

  #url(path: string): string {
    return pathToFileURL(`${this.#sandbox}/${path}`).href;
  }
}

const fileOf = (id: string): string => id.slice(0, id.indexOf('#'));

/** Options of our own. */
const NUMBER = { type: 'integer', minimum: 1 };
export const strykerValidationSchema = { properties: { every: NUMBER, cases: NUMBER, longest: NUMBER } };

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
