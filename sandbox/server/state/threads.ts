import { CHANNEL_ID, GUILD_ID } from '../ids.ts';
import { ChannelType } from '../protocol.ts';
import type { Thread } from './model.ts';

/** A thread as REST and the gateway tell of it. */
export function threadPayload(thread: Thread) {
  const { id, name, ownerId, createdAt, autoArchiveMinutes, isArchived, isLocked } = thread;
  const created = new Date(createdAt).toISOString();
  return {
    id,
    type: ChannelType.publicThread,
    guild_id: GUILD_ID,
    parent_id: CHANNEL_ID,
    owner_id: ownerId,
    name,
    last_message_id: null,
    rate_limit_per_user: 0,
    message_count: 0,
    total_message_sent: 0,
    member_count: 1,
    flags: 0,
    thread_metadata: {
      archived: isArchived,
      archive_timestamp: created,
      auto_archive_duration: autoArchiveMinutes,
      locked: isLocked,
      create_timestamp: created,
    },
  };
}

export type ApiThread = ReturnType<typeof threadPayload>;
