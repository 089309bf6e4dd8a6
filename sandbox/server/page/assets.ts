import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { extname, join, resolve } from 'node:path';

const WEB = resolve(import.meta.dirname, '../../web');

/** Packages that the page imports, served out of node_modules as they are. */
const PACKAGES = ['lit', 'lit-html'];
const IMPORT_MAP = JSON.stringify({
  imports: {
    'lit/': '/vendor/lit/',
    'lit-html': '/vendor/lit-html/lit-html.js',
    'lit-html/': '/vendor/lit-html/',
  },
});

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only the page's own files run; the one inline script is the import map, by its hash. */
const POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`,
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Serves the files of the page and the libraries that it imports; types are stripped from TypeScript. */
export async function answerAsset(path: string, response: ServerResponse): Promise<void> {
  const file = locate(path);
  const bytes = file ? await readFile(file).catch(() => undefined) : undefined;
  if (!file || !bytes) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  const type = extname(file);
  const body = type === '.ts' ? stripTypeScriptTypes(bytes.toString()) : type === '.html' ? withMap(bytes) : bytes;
  response.writeHead(200, { ...HEADERS, 'content-type': CONTENT_TYPES[type] ?? 'application/octet-stream' }).end(body);
}

function withMap(page: Buffer): string {
  return page.toString().replace('<!-- import map -->', `<script type="importmap">${IMPORT_MAP}</script>`);
}

/** The file of a path; undefined if it is in neither of the two folders. */
function locate(path: string): string | undefined {
  if (path === '/') return join(WEB, 'index.html');
  const [, kind, ...rest] = path.split('/');
  if (rest.some((part) => part === '' || part.startsWith('.'))) return undefined;
  if (kind === 'web') return join(WEB, ...rest);
  const [name = '', ...inside] = rest;
  if (kind !== 'vendor' || !PACKAGES.includes(name)) return undefined;
  return join(packageFolder(name), ...inside);
}

/** Searched manually, since a package may not export its package.json or browser build. */
function packageFolder(name: string): string {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const folder = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (!folder) throw new Error(`the package ${name} is not installed`);
  return folder;
}
