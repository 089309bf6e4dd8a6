import type { NewToken } from '../../domain/vps/token-view.ts';
import { card, text } from '../../kit/parts.ts';
import { code } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const FENCE = '```';

/** The only message that shows a new token, visible to the caller only. */
export function newTokenCard({ id, vps, token }: NewToken): View {
  return {
    components: [
      card(
        'warn',
        text(
          `### 🔑 Token ${id} of ${code(vps)}`,
          `${FENCE}\n${token}\n${FENCE}`,
          'Copy it now: **it is not shown again**. Programs on this VPS send it with each request:',
          `${FENCE}\nGET /api/accounts/USERNAME/proxy\nAuthorization: Bearer TOKEN\n${FENCE}`,
          '-# It can only read and report the proxies of this VPS’s own accounts. Revoke it with `/vps token action: revoke`.',
        ),
      ),
    ],
  };
}
