import { SourceReader } from '../../src/services/source-reader/source-reader.ts';

export interface ReadRun {
  proxies: number;
  ms: number;
  /** The longest piece of work of the main thread, in time of the processor. */
  blockedMs: number;
  maxRssMib: number;
}

/** Notes the time of the processor that the main thread takes between two turns of a timer. */
class LongestTurn {
  ms = 0;
  #used = threadCpuMs();
  readonly #timer = setInterval(() => this.#note(), 1);

  stop(): number {
    clearInterval(this.#timer);
    return this.ms;
  }

  #note(): void {
    const used = threadCpuMs();
    this.ms = Math.max(this.ms, used - this.#used);
    this.#used = used;
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Reads the whole list of a provider as a sync does, in a process of its own. */
async function read(url: string): Promise<ReadRun> {
  const apiUrls = { webshare: url };
  const reader = new SourceReader({ apiUrls, policy: { isPrivateAllowed: false }, isPrivateAllowed: false });
  const longest = new LongestTurn();
  let proxies = 0;
  const started = performance.now();
  for await (const page of reader.read({ kind: 'webshare', key: { key: 'bench' } })) proxies += page.proxies.length;
  const ms = performance.now() - started;
  return { proxies, ms, blockedMs: longest.stop(), maxRssMib: process.resourceUsage().maxRSS / 1024 };
}

process.once('message', async (url: string) => process.send?.(await read(url)));
process.once('disconnect', () => process.exit());
