import { findPlanted } from '../../../simulator/planted/planting.ts';
import { PLANTED_MISTAKES } from './mistakes.ts';

/** `npm run history:planted`: shows that the history check finds each planted mistake; with numbers after `--`, only those. */
findPlanted({
  bugs: PLANTED_MISTAKES,
  command: ['scripts/history/main.ts', '--minutes', '0.5'],
  seeds: [1, 2, 3, 4],
  told: /^((?:account|proxy) \d+: no order explains.{0,200}|an answer is not true.{0,200}|an unexpected error.{0,300})/m,
});
