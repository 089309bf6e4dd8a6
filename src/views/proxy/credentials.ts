import { card, text } from '../kit/parts.ts';
import { address, code } from '../kit/text.ts';
import type { View } from '../kit/view.ts';

/** The only view whose input has credentials. It goes to the caller alone. */
export interface CredentialsView {
  id: number;
  host: string;
  port: number;
  type: string;
  username: string;
  password: string | null;
  changeIpUrl: string | null;
}

/** Each value in a block of its own, to be copied with one tap. */
export function credentialsCard(proxy: CredentialsView): View {
  const login =
    proxy.username === '' ? '' : `${encodeURIComponent(proxy.username)}:${encodeURIComponent(proxy.password ?? '')}@`;
  const url = `${proxy.type}://${login}${address(proxy.host, proxy.port)}`;
  return {
    components: [
      card(
        'warn',
        text(
          `### Credentials of #${proxy.id} · ${code(address(proxy.host, proxy.port))}`,
          '-# Only you see this, and that you looked is in the audit log.',
        ),
        text('**Username**', block(proxy.username), '**Password**', block(proxy.password ?? ''), '**URL**', block(url)),
        proxy.changeIpUrl !== null && text('**Change-IP link**', block(proxy.changeIpUrl)),
      ),
    ],
  };
}

/** Shown as it is: within a block only its own end could break out, and that is kept apart by an invisible joint. */
function block(value: string): string {
  return `\`\`\`\n${value.replaceAll('```', '``\u2060`') || ' '}\n\`\`\``;
}
