import type { EChartsOption } from 'echarts';

/** The named parts of several panels as the parts of one chart, in the order of the panels. */
export function joinParts(panels: readonly EChartsOption[], keys: readonly (keyof EChartsOption)[]): EChartsOption {
  return Object.fromEntries(keys.map((key) => [key, panels.flatMap((panel) => panel[key] ?? [])]));
}
