import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PACKAGE = join(ROOT, 'node_modules/drizzle-orm');
const NAMES = ['drizzle-orm', 'drizzle-orm/pg-core', 'drizzle-orm/node-postgres', 'drizzle-orm/node-postgres/migrator'];
const OWN = './src/services/proxy-import/file-reading.ts';

/** The URLs of all modules of drizzle, and of our own, that Node loads for these names, with what each exports. */
function loaded(flags: readonly string[]): [urls: string[], exported: string[][]] {
  const script = `
    const { registerHooks } = await import('node:module');
    const urls = new Set();
    registerHooks({ load(url, context, next) {
      if (/\\/drizzle-orm\\/|\\/src\\/.*\\.ts$/.test(url)) urls.add(url + ' ' + context.format);
      return next(url, context);
    } });
    const names = ${JSON.stringify([...NAMES, OWN])};
    const exported = [];
    for (const name of names) exported.push(Object.keys(await import(name)));
    console.log(JSON.stringify([[...urls].filter((url) => !url.includes('drizzle-imports')).sort(), exported]));
    process.exit();`;
  return JSON.parse(
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' }),
  );
}

test('the modules of drizzle, and our own, are those that Node finds without help', () => {
  const unaided = loaded([]);
  expect(unaided[0].filter((url) => url.endsWith('.ts module-typescript')).length).toBeGreaterThan(50);
  expect(loaded(['--import', join(ROOT, 'src/db/sql/drizzle-imports.ts')])).toEqual(unaided);
});

test('a relative import within drizzle is an ES module', () => {
  const { type } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  expect(type).toBe('module');
});
