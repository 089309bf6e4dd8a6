/** When a test file ran, and what it cost. */
export interface FileTime {
  path: string;
  tests: number;
  startMs: number;
  endMs: number;
  /** Of the worker alone: the database, programs and the browser are processes of their own. */
  processorMs: number;
}

interface Row {
  name: string;
  files: number;
  tests: number;
  wallMs: number;
  processorMs: number;
}

/** `test/e2e/http/access.test.ts` counts as `e2e/http`, and `test/e2e/help.test.ts` as `e2e`. */
const folderOf = ({ path }: FileTime): string =>
  path
    .split('/')
    .slice(1, 3)
    .filter((part) => !part.endsWith('.ts'))
    .join('/');

const rowOf = (name: string, files: readonly FileTime[]): Row => ({
  name,
  files: files.length,
  tests: files.reduce((sum, { tests }) => sum + tests, 0),
  wallMs: files.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
  processorMs: files.reduce((sum, { processorMs }) => sum + processorMs, 0),
});

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

function table(title: string, rows: readonly Row[]): string {
  const head = [
    `| ${title} | files | tests | seconds | of which the worker's processor time |`,
    '|---|--:|--:|--:|--:|',
  ];
  const lines = rows.map(
    ({ name, files, tests, wallMs, processorMs }) =>
      `| ${name} | ${files} | ${tests} | ${seconds(wallMs)} | ${seconds(processorMs)} |`,
  );
  return [...head, ...lines, ''].join('\n');
}

const longestFirst = (rows: readonly Row[]) => rows.toSorted((a, b) => b.wallMs - a.wallMs);

/** One row per folder, that with the longest time first, and their sum. */
export function timesByFolder(files: readonly FileTime[]): string {
  const rows = [...Map.groupBy(files, folderOf)].map(([name, members]) => rowOf(name, members));
  return table('folder', [...longestFirst(rows), rowOf('all', files)]);
}

/** The files that took longest. */
export function longestFiles(files: readonly FileTime[], count: number): string {
  const rows = files.map((file) => rowOf(file.path, [file]));
  return table('file', longestFirst(rows).slice(0, count));
}

/** When each worker ended its last file, the first one first: the files that ended last ran side by side. */
export function workersLeft(files: readonly FileTime[], workers: number): number[] {
  const free: number[] = Array.from({ length: workers }, () => 0);
  for (const { startMs, endMs } of files.toSorted((a, b) => a.startMs - b.startMs)) {
    // The worker that has waited for the longest takes the file.
    free.sort((a, b) => a - b);
    const taken = free.findLastIndex((freeMs) => freeMs <= startMs);
    free[Math.max(0, taken)] = endMs;
  }
  return free.toSorted((a, b) => a - b);
}
