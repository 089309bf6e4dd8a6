import type { TokenSummary, VpsTokens } from '../../domain/vps/token-view.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { button, card, row, selectMenu, text } from '../../kit/parts.ts';
import { code, formatActor, formatRelativeTime, plural } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

/** The token is the option selected in the menu. */
export const tokenRevokeId = defineId('vps.token.revoke', {});
export const tokenCreateId = defineId('vps.token.create', { vps: idNumber });

const REVOKED_SHOWN = 5;

/** The tokens of a VPS with their last use, and a select menu that revokes one. */
export function tokenList({ vps, vpsId, tokens }: VpsTokens): View {
  const live = tokens.filter((token) => token.revokedAt === null);
  const revoked = tokens.filter((token) => token.revokedAt !== null);
  return {
    components: [
      card(
        live.length > 0 ? 'neutral' : 'muted',
        text(
          `### 🔑 ${code(vps)} · ${live.length === 0 ? 'no token' : plural(live.length, 'token')}`,
          ...live.map(liveLine),
          live.length === 0 && 'Programs on this VPS cannot use the API.',
          revoked.length > 0 && '**Revoked**',
          ...revoked.slice(0, REVOKED_SHOWN).map(revokedLine),
          revoked.length > REVOKED_SHOWN && `-# and ${revoked.length - REVOKED_SHOWN} older`,
        ),
        live.length > 0 &&
          selectMenu(tokenRevokeId.encode({}), 'Revoke a token', live.slice(0, LIMITS.selectOptions).map(option)),
        row(button('New token', tokenCreateId.encode({ vps: vpsId }))),
      ),
    ],
  };
}

const used = ({ lastUsedAt }: TokenSummary) =>
  lastUsedAt ? `last used ${formatRelativeTime(lastUsedAt)}` : 'never used';

function liveLine(token: TokenSummary): string {
  return `- **${token.id}** · ${used(token)} · created ${formatRelativeTime(token.createdAt)} by ${formatActor(token.createdBy)}`;
}

function revokedLine({ id, revokedAt }: TokenSummary): string {
  return `- ${id}${revokedAt ? ` · ${formatRelativeTime(revokedAt)}` : ''}`;
}

function option({ id, lastUsedAt, createdAt }: TokenSummary) {
  const day = (at: Date) => at.toISOString().slice(0, 10);
  return {
    label: `Revoke token ${id}`,
    value: String(id),
    description: lastUsedAt ? `last used ${day(lastUsedAt)}` : `created ${day(createdAt)}, never used`,
  };
}
