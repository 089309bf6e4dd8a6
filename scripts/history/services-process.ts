// The services of the bot in a process of their own, which does what it is asked for until it is killed.
import type { Reply, Request } from './operations.ts';
import { openPerformers, perform } from './perform.ts';

const [url = '', name = ''] = process.argv.slice(2);
const performers = await openPerformers(url, name);
const say = (reply: Reply) => void process.send?.(reply);

process.on('message', async (request: Request) => say({ id: request.id, answer: await perform(performers, request) }));
process.on('disconnect', () => process.exit());
say('ready');
