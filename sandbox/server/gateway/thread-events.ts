import { CHANNEL_ID, GUILD_ID } from '../ids.ts';
import { ChannelType, Intent } from '../protocol.ts';
import type { Thread } from '../state/model.ts';
import type { SandboxState } from '../state/state.ts';
import { threadPayload } from '../state/threads.ts';
import type { Gateway } from './gateway.ts';

/** Tells the bot of threads. The message from which one is started or that loses one is updated too. */
export function announceThreads(state: SandboxState, gateway: Gateway): () => void {
  return state.events.subscribe((event) => {
    switch (event.kind) {
      case 'thread-created':
        gateway.dispatch('THREAD_CREATE', { ...threadPayload(event.thread), newly_created: true }, Intent.guilds);
        return updateStarter(state, event.thread);
      case 'thread-updated':
        return gateway.dispatch('THREAD_UPDATE', threadPayload(event.thread), Intent.guilds);
      case 'thread-deleted':
        gateway.dispatch('THREAD_DELETE', deletedThread(event.thread), Intent.guilds);
        return updateStarter(state, event.thread);
    }
  });
}

const deletedThread = ({ id }: Thread) => ({
  id,
  guild_id: GUILD_ID,
  parent_id: CHANNEL_ID,
  type: ChannelType.publicThread,
});

function updateStarter(state: SandboxState, { id }: Thread): void {
  const starter = state.messages.get(id);
  if (starter) state.updateMessage(starter);
}
