import { checkEveryRow } from '../../src/db/sql/rows.ts';

checkEveryRow();
