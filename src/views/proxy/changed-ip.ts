import { findingOf } from '../../domain/health/health-state.ts';
import type { IpChange } from '../../domain/health/ip-change.ts';
import type { TestedProxy } from '../../domain/health/proxy-test.ts';
import { button, card, row, type Tone, text } from '../../kit/parts.ts';
import { code, escapeText, formatActor } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { retestId } from './card.ts';
import { testedLine } from './test.ts';

const LATER = '-# Some providers take half a minute. Then press **Retest**.';

interface Story {
  tone: Tone;
  title: string;
  next?: string;
}

/** The provider's response to a change-IP request and the result of the check after it. For the caller only. */
export function changedIp(change: IpChange): View {
  const { proxyId, ok, detail, check } = change;
  const { tone, title, next } = ok
    ? tell(change)
    : { tone: 'danger' as const, title: `The IP of #${proxyId} was not changed` };
  const tested = typeof check === 'object' && testedLine(check);
  const retest = ok && check !== 'running' && button('Retest', retestId.encode({ proxy: proxyId }));
  return { components: [card(tone, text(`### ${title}`, tested, escapeText(detail), next), row(retest))] };
}

/** The public version, without the provider's response. */
export function changedIpNote(actorId: string, { proxyId, before, check }: IpChange): View {
  const exitIp = exitIpOf(check);
  const found =
    exitIp === null
      ? ''
      : exitIp === before
        ? `: still ${code(exitIp)}`
        : `: ${before ? `${code(before)} → ` : ''}${code(exitIp)}`;
  return {
    components: [card('neutral', text(`🔄 ${formatActor(actorId)} changed the IP of #${proxyId}${found}.`))],
  };
}

function tell({ proxyId, before, check }: IpChange): Story {
  if (check === 'running') {
    return { tone: 'neutral', title: `The IP of #${proxyId} is being changed`, next: '-# Checking …' };
  }
  const exitIp = exitIpOf(check);
  if (exitIp !== null && exitIp === before) {
    return { tone: 'warn', title: `The exit IP of #${proxyId} is still ${code(exitIp)}`, next: LATER };
  }
  if (exitIp !== null) {
    const was = before === null ? undefined : `-# It was ${code(before)}.`;
    return {
      tone: 'success',
      title: `✅ The exit IP of #${proxyId} is now ${code(exitIp)}`,
      ...(was && { next: was }),
    };
  }
  if (check !== 'none' && findingOf(check.outcome) === 'failure') {
    return { tone: 'warn', title: `#${proxyId} does not respond after its IP was changed`, next: LATER };
  }
  return {
    tone: 'neutral',
    title: `The IP of #${proxyId} is being changed`,
    next: '-# The check found no exit IP. Press **Retest**.',
  };
}

/** The exit IP that the check found, or null. */
function exitIpOf(check: TestedProxy | 'running' | 'none'): string | null {
  return typeof check === 'object' ? check.exitIp : null;
}
