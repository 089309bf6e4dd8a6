/** A token of a VPS as a list shows it: without the token, which nobody can show again. */
export interface TokenSummary {
  id: number;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** The tokens of one VPS, those that are accepted first. */
export interface VpsTokens {
  vps: string;
  vpsId: number;
  tokens: readonly TokenSummary[];
}

/** A token that was just made. It is shown to the one who made it, once. */
export interface NewToken {
  id: number;
  vps: string;
  token: string;
}
