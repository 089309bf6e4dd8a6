import { choice } from '../discord/define/options.ts';
import { commandCard, HELP_TOPICS, helpCard, helpCommandId, helpTopicId } from '../views/help.ts';
import { defineCommand, defineComponent } from './define.ts';

export const helpCommand = defineCommand({
  name: 'help',
  description: 'How to get started, and what each command does',
  options: { topic: choice('Topic', HELP_TOPICS, {}) },
  requires: 'viewer',
  ack: 'ephemeral',
  run: async ({ actor, commands }, { topic }) => helpCard(topic ?? 'start', commands(), actor.level),
});

export const helpMenus = [
  defineComponent({
    id: helpTopicId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ actor, commands }, _params, [chosen]) => {
      const topic = HELP_TOPICS.find((each) => each === chosen) ?? 'start';
      return helpCard(topic, commands(), actor.level);
    },
  }),
  defineComponent({
    id: helpCommandId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ actor, commands }, _params, [chosen]) => {
      const command = commands().find(({ name }) => name === chosen);
      return command ? commandCard(command) : helpCard('start', commands(), actor.level);
    },
  }),
];
