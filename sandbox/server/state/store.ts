import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from './model.ts';

/** Persistent storage of messages and files. */
export interface SandboxStore {
  load(): Promise<Snapshot | undefined>;
  save(snapshot: Snapshot): Promise<void>;
  readBytes(attachmentId: string): Promise<Buffer | undefined>;
  writeBytes(attachmentId: string, bytes: Buffer): Promise<void>;
  deleteBytes(attachmentId: string): Promise<void>;
}

/** Keeps everything in memory; passing it to a second sandbox simulates a restart. */
export class MemoryStore implements SandboxStore {
  /** Not copied until a sandbox loads it: a state is saved several times a second, and loaded once or never. */
  #snapshot: Snapshot | undefined;
  readonly #bytes = new Map<string, Buffer>();

  async load(): Promise<Snapshot | undefined> {
    return this.#snapshot === undefined ? undefined : (JSON.parse(JSON.stringify(this.#snapshot)) as Snapshot);
  }

  async save(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
  }

  async readBytes(attachmentId: string): Promise<Buffer | undefined> {
    return this.#bytes.get(attachmentId);
  }

  async writeBytes(attachmentId: string, bytes: Buffer): Promise<void> {
    this.#bytes.set(attachmentId, bytes);
  }

  async deleteBytes(attachmentId: string): Promise<void> {
    this.#bytes.delete(attachmentId);
  }
}

/** Keeps everything in a folder: `state.json`, and one file per attachment. */
export class FileStore implements SandboxStore {
  readonly #folder: string;
  readonly #attachments: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#attachments = join(folder, 'attachments');
  }

  async load(): Promise<Snapshot | undefined> {
    await mkdir(this.#attachments, { recursive: true });
    const text = await readIfThere(join(this.#folder, 'state.json'));
    if (!text) return undefined;
    const snapshot = JSON.parse(text.toString('utf8')) as Snapshot;
    await this.#dropOrphans(snapshot);
    return snapshot;
  }

  async save(snapshot: Snapshot): Promise<void> {
    await this.#replace(join(this.#folder, 'state.json'), JSON.stringify(snapshot));
  }

  readBytes(attachmentId: string): Promise<Buffer | undefined> {
    return readIfThere(join(this.#attachments, attachmentId));
  }

  async writeBytes(attachmentId: string, bytes: Buffer): Promise<void> {
    await this.#replace(join(this.#attachments, attachmentId), bytes);
  }

  async deleteBytes(attachmentId: string): Promise<void> {
    await rm(join(this.#attachments, attachmentId), { force: true });
  }

  /** Writes atomically: a crash leaves either the old or the new file. */
  async #replace(path: string, content: string | Buffer): Promise<void> {
    await mkdir(this.#attachments, { recursive: true });
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }

  /** Bytes that a crash left behind before the state that names them was written. */
  async #dropOrphans(snapshot: Snapshot): Promise<void> {
    const known = new Set(snapshot.attachments.map((attachment) => attachment.id));
    for (const name of await readdir(this.#attachments)) {
      if (!known.has(name)) await rm(join(this.#attachments, name), { force: true });
    }
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
