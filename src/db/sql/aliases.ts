import { accounts, models, vps, vpsProxyMappings } from '../schema/accounts.ts';
import { alertProxies, alerts, maintenances } from '../schema/alerts.ts';
import { accountProxyAssignments, proxyModelClaims } from '../schema/assignments.ts';
import { proxyHealth } from '../schema/health.ts';
import { messages } from '../schema/messages.ts';
import { proxyLoads, waitingAccounts } from '../schema/placement.ts';
import { proxies, proxyUse } from '../schema/proxies.ts';
import { sources } from '../schema/sources.ts';
import { as } from './columns.ts';

/** Short names of the tables that most statements read. A table has the same one everywhere. */
export const p = as(proxies, 'p');
export const h = as(proxyHealth, 'h');
/** When proxies were used. */
export const u = as(proxyUse, 'u');
/** Claims. */
export const c = as(proxyModelClaims, 'c');
export const m = as(models, 'm');
export const a = as(accounts, 'a');
/** Slots: assignments. */
export const s = as(accountProxyAssignments, 's');
/** Loads: how many accounts each proxy carries. */
export const ld = as(proxyLoads, 'ld');
/** Accounts that wait. */
export const w = as(waitingAccounts, 'w');
export const al = as(alerts, 'al');
/** The proxies of an alert. */
export const x = as(alertProxies, 'x');
export const mn = as(maintenances, 'mn');
/** The outbox of the ops channel. */
export const ms = as(messages, 'ms');
export const sc = as(sources, 'sc');
export const v = as(vps, 'v');
/** Documented links between a VPS and a proxy. */
export const l = as(vpsProxyMappings, 'l');
