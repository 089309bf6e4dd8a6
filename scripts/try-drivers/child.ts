import { setTimeout as pause } from 'node:timers/promises';
import { CASES } from './cases.ts';

/** One run of one case, in a process of its own, which counts uncaught errors. */
let uncaught = 0;
process.on('uncaughtException', () => uncaught++);
process.on('unhandledRejection', () => uncaught++);

const [name = '', driver = '', url = '', directUrl = ''] = process.argv.slice(2);
const outcome = await CASES[name]?.({ driver, url, directUrl });
// Some errors come only when the connection has been closed.
await pause(500);
process.send?.(`${outcome}${uncaught > 0 ? `, ${uncaught} uncaught` : ''}`, () => process.exit());
