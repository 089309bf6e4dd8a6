import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** More files than that are not taken in at a glance. */
const MOST_FILES = 12;

test.each(['src', 'sandbox', 'test', 'bench', 'scripts', 'simulator'])(
  'no folder of %s holds more than 12 files',
  (top) => {
    const entries = readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const crowded = [...Map.groupBy(files, ({ parentPath }) => parentPath)].filter(
      ([, all]) => all.length > MOST_FILES,
    );
    expect(crowded.map(([folder, all]) => `${folder}: ${all.length}`)).toEqual([]);
  },
);
