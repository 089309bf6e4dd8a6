import { expect, test } from 'vitest';
import { SimulatedDatabase } from '../../../simulator/database/database.ts';
import { createEmptyDatabases } from '../../helpers/database/database.ts';

const AT = Date.UTC(2026, 0, 5);

test('every function that tells the time tells the simulated one', async () => {
  const database = await SimulatedDatabase.open(await createEmptyDatabases(), AT);
  try {
    const [row] = await database.rows<Record<string, Date>>(
      'select now() as now, clock_timestamp() as clock, statement_timestamp() as statement',
    );
    const at = new Date(AT);
    expect(row).toEqual({ now: at, clock: at, statement: at });
  } finally {
    await database.close();
  }
});
