import fc from 'fast-check';

/** Property tests try the same values in each run, so that a run can be repeated; `PROPERTY_SEED=7` tries others. */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
