import { COMMANDS } from '../../helpers/sweep/commands.ts';
import { sweepStatements } from '../../helpers/sweep/sweep-statements.ts';

sweepStatements('cut', COMMANDS);
