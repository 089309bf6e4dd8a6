import fc from 'fast-check';

/** How many cases a property has at most, and whether one was cut short by that since it was last asked. */
export const cases = { most: Number.POSITIVE_INFINITY, wasCut: false };

const SEED = 20_261_126;

/** Few cases of one seed, so that a mutant that was killed is killed again, and without shrinking. */
const assertFew = <T>(property: fc.IRawProperty<T>, { numRuns = 100, ...parameters }: fc.Parameters<T> = {}) => {
  cases.wasCut ||= numRuns > cases.most;
  return fc.assert(property, { seed: SEED, ...parameters, numRuns: Math.min(numRuns, cases.most), endOnFailure: true });
};

const fewRuns: typeof fc = { ...fc, assert: assertFew as typeof fc.assert };

// The tests import fast-check by its default export.
// biome-ignore lint/style/noDefaultExport: it replaces fast-check, and has its exports.
export default fewRuns;
