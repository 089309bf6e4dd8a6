import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { constants, gunzipSync } from 'node:zlib';
import { FileError } from '../../domain/parse/file-error.ts';
import { type ParsedFile, type ParsedRow, parseProxyFile, type Reading } from '../../domain/parse/proxy-file.ts';
import { createFingerprinter } from '../../secrets/fingerprint.ts';
import { createSealer } from '../../secrets/seal.ts';
import { copyRow } from './copy-text.ts';
import type { ReadJob, ReadReply, ReadRequest, ReadSummary } from './import-reader.ts';

const MAX_ROWS = 200_000;
const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;
const ROWS_PER_CHUNK = 1000;
const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };
