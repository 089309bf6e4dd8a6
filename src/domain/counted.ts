const grouped = new Intl.NumberFormat('en-US');

/** `1,234` */
export function count(value: number): string {
  return grouped.format(value);
}

/** `1,234 ms` */
export function milliseconds(value: number): string {
  return `${count(value)} ms`;
}

/** `1 proxy`, `1,234 proxies`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
