// Node reads the package of every module that it imports, and parses its whole list of exports each time. That of drizzle is 130 kB
// long, and several hundred imports lead to it: nearly half of the processor time of a start. Within drizzle, a relative path needs no
// list; from outside, each name is looked up once.
import { registerHooks } from 'node:module';

const PACKAGE = '/node_modules/drizzle-orm/';
const found = new Map();

/** @type {import('node:module').ResolveHookSync} */
export function resolve(specifier, context, next) {
  const { parentURL } = context;
  if (/^\.\.?\/.*\.js$/.test(specifier) && parentURL?.includes(PACKAGE) && parentURL.endsWith('.js')) {
    return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
  }
  if (!/^drizzle-orm(\/|$)/.test(specifier) || context.conditions.includes('require')) return next(specifier, context);
  if (!found.has(specifier)) found.set(specifier, { ...next(specifier, context), shortCircuit: true });
  return found.get(specifier);
}

registerHooks({ resolve });
