// Writes to the pool of a database in a process of its own, until it is killed.
import { newJournal, openWriters, randomNumbers } from './pool-writer.ts';

const [url = '', name = ''] = process.argv.slice(2);
const { write } = await openWriters(url);
const random = randomNumbers(name.length);
const writers = [write(`${name}a`, newJournal()), write(`${name}b`, newJournal())];
process.send?.('ready');
await Promise.all(
  writers.map(async (writer) => {
    for (;;) await writer.step(random);
  }),
);
