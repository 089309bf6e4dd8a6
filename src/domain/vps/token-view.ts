/** A token of a VPS in a list: without the secret, which is not stored. */
export interface TokenSummary {
  id: number;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** The tokens of one VPS, the accepted ones first. */
export interface VpsTokens {
  vps: string;
  vpsId: number;
  tokens: readonly TokenSummary[];
}

/** A new token. It is shown once, to the person who created it. */
export interface NewToken {
  id: number;
  vps: string;
  token: string;
}
