import { PLANTED_BUGS } from './bugs.ts';
import { findPlanted } from './planting.ts';

/** A small pool in which much happens, so that people and faults meet often. */
const RUN = ['--days', '4', '--proxies', '50', '--accounts', '140', '--operations', '240'];

/** `npm run simulate:planted`: shows that the simulator finds each planted bug; with numbers after `--`, only those. */
findPlanted({
  bugs: PLANTED_BUGS,
  command: ['simulator/main.ts', ...RUN],
  seeds: [1, 2, 3, 4],
  told: /^Violation: (.*)$/m,
});
