import type { Folder, Walls } from './read-walls.ts';

/** Folders that code which runs in production never imports. */
const TOOLS = ['test', 'bench', 'scripts', 'simulator'];
/** The only production file that loads the sandbox. */
const SANDBOX_DOOR = 'src/wiring/sandbox-mode.ts';

interface Restriction {
  /** A folder or a file. */
  place: string;
  folders: readonly string[];
  packages: readonly string[];
}

/**
 * The lint rules that keep the walls: one override for each folder, and one for each place inside a folder that may import more
 * packages than the rest of it. The later of two overrides wins.
 */
export function lintOfWalls(walls: Walls): object {
  const inside = walls.reserved.flatMap(({ places }) => places).filter((place) => !isFolder(walls, place));
  const places = [...walls.folders.map(({ path }) => path), ...new Set([...inside, SANDBOX_DOOR])];
  return { overrides: places.map((place) => override(restrictionOf(walls, place))) };
}

export function restrictionOf(walls: Walls, place: string): Restriction {
  const folder = folderOf(walls, place);
  const others = walls.folders.map(({ path }) => path).filter((path) => path !== folder.path);
  const mayImport = place === SANDBOX_DOOR ? [...folder.mayImport, 'sandbox'] : folder.mayImport;
  return {
    place,
    folders: [...others.filter((path) => !mayImport.includes(path)), ...TOOLS],
    packages: walls.reserved
      .filter(({ places }) => !places.some((each) => place === each || place.startsWith(`${each}/`)))
      .flatMap(({ packages }) => packages),
  };
}

function folderOf({ folders }: Walls, place: string): Folder {
  const folder = folders.find(({ path }) => place === path || place.startsWith(`${path}/`));
  if (!folder) throw new Error(`docs/architecture.md has no folder for ${place}`);
  return folder;
}

function isFolder({ folders }: Walls, place: string): boolean {
  return folders.some(({ path }) => path === place);
}

function override({ place, folders, packages }: Restriction): object {
  const message = `docs/architecture.md says what ${place} may import.`;
  const paths = new Set(folders.map((path) => `**/${asImported(path, place)}/**`));
  return {
    includes: [place.endsWith('.ts') ? place : `${place}/**`],
    linter: {
      rules: {
        style: {
          noRestrictedImports: {
            level: 'error',
            options: {
              paths: Object.fromEntries(packages.map((name) => [name, message])),
              patterns: [{ group: [...paths, ...packages.map((name) => `${name}/**`)], message }],
            },
          },
        },
      },
    },
  };
}

/** How a relative import names a folder: `../db/` from inside src, `../src/db/` from outside. */
function asImported(path: string, place: string): string {
  const [top = '', name] = path.split('/');
  if (top !== 'src' || name === undefined) return path;
  return place.startsWith('src/') ? name : 'src';
}
