/**
 * The maximum number of waiting accounts that `freeProxies` unused proxies could take: each proxy takes up to `limit`
 * accounts of one model, so full groups come first.
 *
 * @param waiting number of waiting accounts of each model
 */
export function servedByFreeProxies(waiting: readonly number[], freeProxies: number, limit: number): number {
  let served = 0;
  let free = freeProxies;
  const remainders: number[] = [];
  for (const count of waiting) {
    const full = Math.min(Math.floor(count / limit), free);
    served += full * limit;
    free -= full;
    remainders.push(count - full * limit);
  }
  for (const rest of remainders.sort((a, b) => b - a).slice(0, free)) served += Math.min(rest, limit);
  return served;
}
