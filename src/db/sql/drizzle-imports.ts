// Node reads the package of every module that it imports, and parses its whole list of exports each time. That of drizzle is 130 kB
// long, and several hundred imports lead to it: nearly half of the processor time of a start, and more of that of a thread. Within
// drizzle, a relative path needs no list; from outside, each name is looked up once. Our own files name each other in full, so Node need
// not look for them, for links and for their package either. It holds for the thread that imports this module.
import { type ResolveFnOutput, type ResolveHookSync, registerHooks } from 'node:module';

const PACKAGE = '/node_modules/drizzle-orm/';
const found = new Map<string, ResolveFnOutput>();

const resolve: ResolveHookSync = (specifier, context, next) => {
  const { parentURL } = context;
  if (/^\.\.?\/.*\.ts$/.test(specifier) && parentURL?.endsWith('.ts')) {
    return { url: new URL(specifier, parentURL).href, format: 'module-typescript', shortCircuit: true };
  }
  if (/^\.\.?\/.*\.js$/.test(specifier) && parentURL?.includes(PACKAGE) && parentURL.endsWith('.js')) {
    return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
  }
  if (!/^drizzle-orm(\/|$)/.test(specifier) || context.conditions.includes('require')) return next(specifier, context);
  const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
  found.set(specifier, known);
  return known;
};

registerHooks({ resolve });
