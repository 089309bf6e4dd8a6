import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, route } from '../http/router.ts';
import { APPLICATION_ID } from '../ids.ts';
import type { Thread } from '../state/model.ts';
import { botHas, Permission } from '../state/people.ts';
import { threadPayload } from '../state/threads.ts';
import { messageOf, requireChannel } from './messages.ts';
import { requireShape } from './write.ts';

/** Of a thread whose request names no other. */
const DEFAULT_ARCHIVE_MINUTES = 1_440;

export const threadRoutes = [route('POST', '/channels/:channel/messages/:message/threads', start)];

function start(request: ApiRequest): ApiReply {
  const { core, body } = request;
  requireChannel(request);
  const { id } = messageOf(request);
  if (!botHas(core.state.roles, Permission.createPublicThreads)) throw refusals.missingPermissions();
  requireShape('threadFromMessage', body);
  if (core.state.threads.has(id)) throw refusals.threadExists();
  const { name, auto_archive_duration: minutes } = body as { name: string; auto_archive_duration?: number | null };
  const thread: Thread = {
    id,
    name,
    ownerId: APPLICATION_ID,
    createdAt: core.clock.now(),
    autoArchiveMinutes: minutes ?? DEFAULT_ARCHIVE_MINUTES,
    isArchived: false,
    isLocked: false,
  };
  core.state.addThread(thread);
  return { status: 201, body: threadPayload(thread) };
}
