import { accounts, models, vps, vpsProxyMappings } from '../schema/accounts.ts';
import { alertProxies, alerts } from '../schema/alerts.ts';
import { accountProxyAssignments, proxyModelClaims } from '../schema/assignments.ts';
import { proxyHealth } from '../schema/health.ts';
import { messages } from '../schema/messages.ts';
import { proxies } from '../schema/proxies.ts';
import { as } from './columns.ts';

/** Short names of the tables that most statements read. A table has the same one everywhere. */
export const p = as(proxies, 'p');
export const h = as(proxyHealth, 'h');
/** Claims. */
export const c = as(proxyModelClaims, 'c');
export const m = as(models, 'm');
export const a = as(accounts, 'a');
/** Slots: assignments. */
export const s = as(accountProxyAssignments, 's');
export const al = as(alerts, 'al');
/** The proxies of an alert. */
export const x = as(alertProxies, 'x');
/** The outbox of the ops channel. */
export const ms = as(messages, 'ms');
export const v = as(vps, 'v');
/** Documented links between a VPS and a proxy. */
export const l = as(vpsProxyMappings, 'l');
