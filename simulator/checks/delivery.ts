import type { SimulatedDatabase } from '../database/database.ts';
import type { Shown, SimulatedDiscord } from '../world/discord.ts';

interface Sent {
  id: number;
  alertId: number | null;
  kind: string;
  messageId: string | null;
  sentVersion: number;
  isBehind: boolean;
  isOver: boolean;
}

const OUTBOX = `select m.id, m.alert_id as "alertId", m.kind, m.message_id as "messageId", m.sent_version as "sentVersion",
    m.version > m.sent_version and m.due_at <= now() and (m.leased_until is null or m.leased_until < now())
      and not exists (select from messages t where t.id = m.reply_to and t.sent_version = 0) as "isBehind",
    a.closed_at is not null as "isOver"
  from messages m left join alerts a on a.id = m.alert_id order by m.id`;

/** At any time: no incident mentions a role twice, and nothing is seen twice. */
export function findDoubles(discord: SimulatedDiscord): string[] {
  const mentions = discord.messages.filter(({ kind }) => kind === 'escalation');
  const byAlert = Map.groupBy(mentions, ({ alertId }) => alertId);
  const doubles = [...byAlert].filter(([, all]) => all.length > 1);
  return [
    ...discord.complaints.splice(0),
    ...doubles.map(([id, all]) => `incident ${id} has mentioned the role ${all.length} times`),
  ];
}

/** If Discord and the database have worked for a while: everything is delivered, and shows what is. */
export async function findUndelivered(database: SimulatedDatabase, discord: SimulatedDiscord): Promise<string[]> {
  const outbox = await database.rows<Sent & { [column: string]: unknown }>(OUTBOX);
  const shown = new Map(discord.visible.map((each) => [each.id, each]));
  const posted = new Set(discord.messages.map(({ outboxId }) => outboxId));
  return outbox.flatMap((sent) => {
    if (sent.isBehind) return [`message ${sent.id} (${sent.kind}) was not delivered`];
    if (sent.messageId === null) return [];
    if (!posted.has(sent.id)) return [`message ${sent.id} (${sent.kind}) is noted as delivered and was never posted`];
    return isUpToDate(sent, shown.get(sent.messageId))
      ? []
      : [`message ${sent.id} shows an incident that is over as open`];
  });
}

/** Whether an alert that is over is shown as such; a message that people have deleted shows nothing. */
function isUpToDate({ kind, isOver }: Sent, shown: Shown | undefined): boolean {
  const content = shown?.said.at(-1);
  if (kind !== 'alert' || !isOver || content === undefined || !('closedAt' in content)) return true;
  return content.closedAt !== null;
}
