import type { AccountState } from '../domain/accounts/account-filter.ts';
import type { Finding } from '../domain/health/health-state.ts';
import type { ProxyHealth, ProxyStatus } from '../domain/proxies/proxy.ts';

/** One glyph per state, always shown beside its name. */
export const HEALTH_GLYPH: Record<ProxyHealth, string> = {
  healthy: '🟢',
  degraded: '🟡',
  failing: '🔴',
  unknown: '⚪',
};
export const FINDING_GLYPH: Record<Finding, string> = {
  success: HEALTH_GLYPH.healthy,
  failure: HEALTH_GLYPH.failing,
  inconclusive: HEALTH_GLYPH.unknown,
};
export const STATUS_GLYPH: Record<ProxyStatus, string> = { active: '', inactive: '⏸️', blocked: '⛔' };
export const STATE_GLYPH: Record<AccountState, string> = { assigned: '🟢', waiting: '🟡', held: '⏸️' };
export const STATE_NAME: Record<AccountState, string> = { assigned: 'assigned', waiting: 'waiting', held: 'on hold' };
