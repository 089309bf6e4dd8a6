import type { Providers } from '../provider.ts';
import { iproyal } from './iproyal.ts';
import { proxyCheap } from './proxy-cheap.ts';
import { proxySeller } from './proxy-seller.ts';
import { px6 } from './px6.ts';
import { webshare } from './webshare.ts';

export const PROVIDERS: Providers = {
  webshare,
  'proxy-seller': proxySeller,
  px6,
  'proxy-cheap': proxyCheap,
  iproyal,
};
