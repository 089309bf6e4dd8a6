import { choice } from '../discord/define/options.ts';
import { HELP_TOPICS, helpCard } from '../views/help.ts';
import { defineCommand } from './define.ts';

export const helpCommand = defineCommand({
  name: 'help',
  description: 'How to get started, and what each command does',
  options: { topic: choice('Topic', HELP_TOPICS, {}) },
  requires: 'viewer',
  ack: 'ephemeral',
  run: async ({ actor }, { topic }) => helpCard(topic ?? 'start', actor.level),
});
