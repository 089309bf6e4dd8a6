/**
 * The permissions of a member. Each level includes the ones before it. Texts call it a role; the name avoids a clash
 * with Discord's roles.
 */
export const LEVELS = ['viewer', 'operator', 'admin'] as const;
export type Level = (typeof LEVELS)[number];

/** Who a message is made for. */
export interface Viewer {
  /** As in `Actor`. */
  id: string;
  level: Level;
}

export interface RoleIds {
  viewer: readonly string[];
  operator: readonly string[];
  admin: readonly string[];
}

/** The highest level of a member; undefined if no role grants one. */
export function levelOf(memberRoles: readonly string[], canManageServer: boolean, roles: RoleIds): Level | undefined {
  const has = (ids: readonly string[]) => ids.some((id) => memberRoles.includes(id));
  if (canManageServer || has(roles.admin)) return 'admin';
  if (has(roles.operator)) return 'operator';
  return has(roles.viewer) ? 'viewer' : undefined;
}

/** Operators can affect up to this many rows with one change; admins have no limit. */
export const OPERATOR_CHANGES = 500;

/** Whether a change of so many rows is refused to operators. */
export const isForAdmins = (changed: number): boolean => changed > OPERATOR_CHANGES;

/** How many rows one change of a member may affect; undefined: any number. */
export function changesAtMost(level: Level): number | undefined {
  return level === 'admin' ? undefined : OPERATOR_CHANGES;
}

export function isAllowed(level: Level, required: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(required);
}
