import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const STAND_INS = new Map([
  ['vitest', new URL('./test-api.ts', import.meta.url).href],
  ['fast-check', new URL('./fast-check-api.ts', import.meta.url).href],
]);

/** By module, the modules of the sandbox that it imports. */
const imports = new Map<string, Set<string>>();

/**
 * Loads the modules of Stryker's sandbox. Those that are imported with another generation in their address are loaded
 * again, with all that they import: a mutant of a constant is seen only by modules that are loaded while it is active.
 */
export function hookModules(sandbox: string): void {
  const root = pathToFileURL(`${sandbox}/`).href;
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL = '' } = context;
      if (!parentURL.startsWith(root)) return next(specifier, context);
      const standIn = STAND_INS.get(specifier);
      if (standIn) return { url: standIn, shortCircuit: true };
      const resolved = next(specifier, context);
      if (!resolved.url.startsWith(root) || resolved.url.includes('/node_modules/')) return resolved;
      const [from = '', generation = ''] = parentURL.split('?');
      note(from, resolved.url);
      return { ...resolved, url: `${resolved.url}?${generation}` };
    },
  });
}

function note(from: string, to: string): void {
  const known = imports.get(from) ?? new Set();
  imports.set(from, known.add(to));
}

/** Everything that a loaded module imports, directly or not, and itself. */
export function reachedFrom(module: string): Set<string> {
  const reached = new Set([module]);
  for (const each of reached) for (const next of imports.get(each) ?? []) reached.add(next);
  return reached;
}
