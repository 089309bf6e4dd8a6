import { createLogger } from '../../../src/base/logger.ts';
import type { OpsChannel } from '../../../src/domain/messages/ops-channel.ts';
import { alertMessages } from '../../../src/services/alerts/alert-message.ts';
import type { EscalationSourceDeps } from '../../../src/services/alerts/escalation-message.ts';
import { MessageDeliverer } from '../../../src/services/messages/message-deliverer.ts';
import { sourceMessage } from '../../../src/services/sources/announce-sync.ts';
import type { TestDatabase } from '../database/database.ts';

/** Delivers the messages of alerts to a channel, as a process of the bot does. */
export function delivererTo(
  channel: OpsChannel,
  { db }: Pick<TestDatabase, 'db'>,
  opsChannelId = '1',
  escalations: EscalationSourceDeps = {},
): MessageDeliverer {
  return new MessageDeliverer({
    db,
    channel,
    opsChannelId,
    sources: { ...alertMessages(db, escalations), source: sourceMessage(db) },
    log: createLogger('silent'),
  });
}
