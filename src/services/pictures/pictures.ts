import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { ignoring } from '../../base/ignoring.ts';
import type { Logger } from '../../base/logger.ts';
import type { Chart, Picture } from '../../domain/picture.ts';
import { startThread } from '../threads/start-thread.ts';
import type { DrawReply, DrawRequest } from './draw-messages.ts';

/** Drawing takes tens of milliseconds. This bounds the time for which a message waits for its picture. */
const DRAW_TIMEOUT_MS = 8000;
/** The worker loads its libraries once. If it were ended while it does, the next picture would begin with that again. */
const START_TIMEOUT_MS = 30_000;
/** Maximum number of queued pictures. In a burst of commands, further messages are sent without a picture. */
const MAX_QUEUED = 16;
/** Size of the cache, in pictures of about 100 KiB; the least recently used one is dropped. */
const MAX_KEPT = 32;
const WORKER_HEAP_MIB = 256;

/**
 * Draws charts as PNG in one worker thread, so that the main thread stays responsive. Pictures are cached under a hash
 * of the chart, which is a few kilobytes of figures: equal figures are drawn once, and a changed figure never shows an
 * old picture.
 */
export class Pictures {
  readonly #log: Logger;
  readonly #timeoutMs: number;
  readonly #kept = new Map<string, Picture>();
  readonly #queued = new Map<string, Promise<Picture>>();
  /** The end of the queue: the worker draws one picture at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #isStopped = false;

  constructor(deps: { log: Logger; timeoutMs?: number }) {
    this.#log = deps.log;
    this.#timeoutMs = deps.timeoutMs ?? DRAW_TIMEOUT_MS;
  }

  /**
   * Undefined if the chart could not be drawn, with the reason in the log: a message without its picture is better than
   * none.
   */
  async draw(chart: Chart): Promise<Picture | undefined> {
    const key = createHash('sha256').update(JSON.stringify(chart)).digest('base64url');
    try {
      const picture = this.#kept.get(key) ?? (await (this.#queued.get(key) ?? this.#queue(key, chart)));
      this.#keep(key, picture);
      return picture;
    } catch (err) {
      this.#log.warn({ err, picture: chart.name }, 'a chart could not be drawn');
      return undefined;
    }
  }

  /** Ends the worker; the current picture and the queued ones are dropped. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#discardWorker();
  }

  #queue(key: string, chart: Chart): Promise<Picture> {
    if (this.#queued.size >= MAX_QUEUED) throw new Error(`${MAX_QUEUED} pictures are waiting already`);
    const drawing = this.#last.then(() => this.#drawNow(chart)).finally(() => this.#queued.delete(key));
    this.#queued.set(key, drawing);
    this.#last = drawing.catch(ignoring('who asked for the picture gets it'));
    return drawing;
  }

  /** Keeps the most recently used pictures. */
  #keep(key: string, picture: Picture): void {
    this.#kept.delete(key);
    this.#kept.set(key, picture);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #drawNow({ name, alt, width, height, option }: Chart): Promise<Picture> {
    const reply = await this.#ask({ width, height, option });
    if ('failure' in reply) throw new Error(reply.failure);
    return { fileName: `${name}.png`, png: Buffer.from(reply.png), alt };
  }

  /** A worker that crashes or times out is discarded; the next picture starts another one. */
  async #ask(request: DrawRequest): Promise<DrawReply> {
    if (this.#isStopped) throw new Error('the program is ending');
    const isStarting = this.#worker === undefined;
    const worker = this.#worker ?? this.#startWorker();
    worker.ref();
    try {
      if (isStarting) await hear(worker, START_TIMEOUT_MS, 'starting the worker that draws');
      worker.postMessage(request);
      return (await hear(worker, this.#timeoutMs, 'drawing')) as DrawReply;
    } catch (error) {
      await this.#discardWorker();
      throw error;
    } finally {
      worker.unref();
    }
  }

  #startWorker(): Worker {
    const worker = startThread(new URL('./draw-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB },
    });
    // The pending request rejects with the error; without a listener here, the error would end the program.
    worker.on('error', (err) => this.#log.debug({ err }, 'the chart worker failed'));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }

  async #discardWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** The next message of a worker. @param what is taking the time, for the error */
async function hear(worker: Worker, timeoutMs: number, what: string): Promise<unknown> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(timeoutMs)]);
  const end = once(worker, 'exit', { signal }).then(() => {
    throw new Error('the worker that draws ended early');
  });
  try {
    const [message] = await Promise.race([once(worker, 'message', { signal }), end]);
    return message;
  } catch (error) {
    throw signal.aborted ? new Error(`${what} took longer than ${timeoutMs} ms`) : error;
  } finally {
    settled.abort();
  }
}
