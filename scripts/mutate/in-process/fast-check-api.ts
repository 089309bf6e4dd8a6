import fc from 'fast-check';

/** A mutant that needs more than these cases to show is rare, and all other mutants become many times faster. */
const MOST_RUNS = 40;

const SEED = 20_261_126;

/** Few cases of one seed, so that a mutant that was killed is killed again, and without shrinking. */
const assertFew = <T>(property: fc.IRawProperty<T>, { numRuns = 100, ...parameters }: fc.Parameters<T> = {}) =>
  fc.assert(property, { seed: SEED, ...parameters, numRuns: Math.min(numRuns, MOST_RUNS), endOnFailure: true });

const fewRuns: typeof fc = { ...fc, assert: assertFew as typeof fc.assert };

// The tests import fast-check by its default export.
// biome-ignore lint/style/noDefaultExport: it replaces fast-check, and has its exports.
export default fewRuns;
