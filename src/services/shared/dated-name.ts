/** `proxies-2026-05-04.csv`, so that the exports of different days do not replace each other. */
export function datedName(what: string, ending: string): string {
  return `${what}-${new Date().toISOString().slice(0, 10)}.${ending}`;
}
