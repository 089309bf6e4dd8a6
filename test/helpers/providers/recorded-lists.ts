import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceKind } from '../../../src/domain/sources/listed.ts';

/** The answers as they were recorded that day, with invented values. */
const FOLDER = join(import.meta.dirname, '../../fixtures/provider-answers/2026-11-25');
export const recorded = (path: string) => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));

export const EMPTY_SELLER = { status: 'success', data: { items: [] }, errors: [] };

/** The list of each kind, by the path of the request. */
export const RECORDED_LISTS: Record<SourceKind, (path: string, base: string) => unknown> = {
  webshare(path, base) {
    if (path.includes('/replaced/')) return recorded('webshare/replaced.json');
    const page = recorded('webshare/direct.json');
    if (!path.includes('page=2')) return { ...page, next: page.next.replace('https://proxy.webshare.io', base) };
    return { ...page, next: null, results: [{ ...page.results[0], id: 'd-10514', proxy_address: '203.0.113.5' }] };
  },
  'proxy-seller': (path) => (path.includes('/list/ipv4') ? recorded('proxy-seller/ipv4.json') : EMPTY_SELLER),
  px6: () => recorded('px6/answer.json'),
  'proxy-cheap': () => recorded('proxy-cheap/answer.json'),
  iproyal: () => recorded('iproyal/objects.json'),
  url: () => recorded('mobileproxy/list.json'),
};
