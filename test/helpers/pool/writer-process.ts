// Writes to the pool of a database in a separate process until it is killed, and reports each step.
import { newJournal, openWriters, randomNumbers } from './pool-writer.ts';

const [url = '', name = ''] = process.argv.slice(2);
const { write } = await openWriters(url);
const random = randomNumbers(name.length);
const writers = [write(`${name}a`, newJournal()), write(`${name}b`, newJournal())];
await Promise.all(
  writers.map(async (writer) => {
    for (;;) {
      await writer.step(random);
      process.send?.('step');
    }
  }),
);
