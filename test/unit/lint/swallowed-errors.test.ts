import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const BIOME = join(ROOT, 'node_modules/.bin/biome');

/** Which of these statements lint refuses, each in an asynchronous function of its own. */
function refused(statements: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    copyFileSync(join(ROOT, 'lint/swallowed-errors.grit'), join(folder, 'rule.grit'));
    const config = { root: true, plugins: ['./rule.grit'], linter: { rules: { preset: 'none' } } };
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
    for (const [index, text] of statements.entries()) {
      writeFileSync(join(folder, `${index}.ts`), `async function example() { ${text} }`);
    }
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = spawnSync(BIOME, args, { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] };
    const files = new Set(diagnostics.map(({ location }) => Number.parseInt(location.path.replace('./', ''), 10)));
    return statements.filter((_, index) => files.has(index));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SWALLOWED = [
  'try { await work(); } catch {}',
  'try { await work(); } catch { return null; } finally { end(); }',
  'try { await work(); } catch (error) { return null; }',
  'work().catch(() => undefined);',
  'await work().catch(() => { count += 1; });',
  'work().then(() => true, () => false);',
  "worker.on('error', () => undefined);",
  "socket.once('error', () => socket.destroy());",
];

const LOOKED_AT = [
  'try { await work(); } finally { end(); }',
  'try { await work(); } catch (error) { if (!(error instanceof SyntaxError)) throw error; return null; }',
  "try { await work(); } catch (err) { log.warn({ err }, 'it failed'); }",
  "work().catch((err) => log.warn({ err }, 'it failed'));",
  "work().catch(ignoring('the caller gets it'));",
  "worker.on('error', (error) => fail(error));",
  "worker.on('exit', () => end());",
];

test('lint refuses a swallowed error, and nothing else', () => {
  expect(refused([...SWALLOWED, ...LOOKED_AT])).toEqual(SWALLOWED);
});
