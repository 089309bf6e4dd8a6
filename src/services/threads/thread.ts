import '../../db/sql/drizzle-imports.ts';
import { yieldToMainThread } from '../../base/low-priority.ts';

yieldToMainThread();
const [script = ''] = process.argv.slice(2);
await import(script);
