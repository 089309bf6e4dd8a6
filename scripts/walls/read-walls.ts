/** A folder of the table "Folders" in docs/architecture.md, with the folders that it may import. */
export interface Folder {
  path: string;
  mayImport: readonly string[];
}

/** A row of the table "Packages": packages and the only folders or files that may import them. */
export interface Reserved {
  packages: readonly string[];
  places: readonly string[];
}

export interface Walls {
  folders: readonly Folder[];
  reserved: readonly Reserved[];
}

/** Reads the two tables of docs/architecture.md that say what may import what. @throws Error if a table is missing */
export function readWalls(page: string): Walls {
  const folders = rowsUnder(page, '| folder | holds | may import |').map(([path, , mayImport]) => ({
    path: codeIn(path)[0] ?? '',
    mayImport: codeIn(mayImport),
  }));
  const reserved = rowsUnder(page, '| package | only in |').map(([packages, places]) => ({
    packages: codeIn(packages),
    places: codeIn(places),
  }));
  return { folders, reserved };
}

/** The cells of the rows under a table's header. */
function rowsUnder(page: string, header: string): string[][] {
  const [, below] = page.split(`${header}\n`);
  if (below === undefined) throw new Error(`the page has no table "${header}"`);
  const [table = ''] = below.split('\n\n');
  const [, ...rows] = table.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The words of a cell that are set as code. */
function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}
