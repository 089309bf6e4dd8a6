import { COMMANDS } from '../../helpers/sweep/commands.ts';
import { sweepStatements } from '../../helpers/sweep/sweep-statements.ts';

/** The others are swept by `npm run test:faults`. */
const QUICK = ['/proxy fill', '/proxy edit', '/account add', '/vps edit', '/alerts settings'];

sweepStatements(
  'refused',
  COMMANDS.filter(({ name }) => QUICK.some((start) => name.startsWith(start))),
);
