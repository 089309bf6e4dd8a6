const MINUTE_MS = 60_000;

/** A span in its two largest units: `40 s`, `14 min`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const [large, small] =
    hours < 24 ? [`${hours} h`, [minutes % 60, 'min']] : [`${Math.floor(hours / 24)} d`, [hours % 24, 'h']];
  return small[0] === 0 ? large : `${large} ${small.join(' ')}`;
}
