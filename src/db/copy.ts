import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Pool } from './client.ts';

/**
 * Streams COPY text to the server on a connection of its own; all rows or none of them are written.
 *
 * @param statement `copy … from stdin`
 * @param chunks text format, cut anywhere
 * @throws the server's error, or the source's
 */
export async function copyInto(pool: Pool, statement: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const client = await pool.connect();
  try {
    const stream = client.query(from(statement));
    await pipeline(Readable.from(chunks, { objectMode: false }), stream);
    client.release();
    return stream.rowCount;
  } catch (error) {
    // The protocol's state is unknown after a broken COPY: the connection is not used again.
    client.release(true);
    throw error;
  }
}
