import { readFileSync, writeFileSync } from 'node:fs';
import { lintOfWalls } from './lint-of-walls.ts';
import { readWalls } from './read-walls.ts';

/** Writes the lint rules of docs/architecture.md to biome.walls.json. */
const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const walls = readWalls(readFileSync(at('docs/architecture.md'), 'utf8'));
writeFileSync(at('biome.walls.json'), `${JSON.stringify(lintOfWalls(walls), null, 2)}\n`);
