import { UserError } from '../../base/errors.ts';
import { flag, text } from '../../discord/define/options.ts';
import { assertRole } from '../../discord/dispatch/authorise.ts';
import { modelList, modelNote, modelPageId } from '../../views/account/models.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const modelsCommand = defineCommand({
  name: 'account models',
  description: 'List models with their accounts and proxies, or change one',
  options: {
    model: text('Model to rename or to remove', { autocomplete: 'model' }),
    rename: text('New name of the model', {}),
    remove: flag('Remove the model, which must have no accounts', {}),
  },
  requires: 'viewer',
  ack: 'public',
  async run({ actor, services }, { model, rename, remove = false }) {
    if (model === undefined && rename === undefined && !remove) return modelList(await services.stats.models());
    assertRole(actor.level, 'operator');
    if (model === undefined || (rename === undefined) === !remove) throw unclear();
    if (rename === undefined) return modelNote({ removed: await services.models.remove(actor, model) }, actor.id);
    return modelNote({ renamed: await services.models.rename(actor, model, rename) }, actor.id);
  },
});

function unclear(): UserError {
  return new UserError(
    'nothing_to_change',
    'Choose a model, and either a new name or its removal.',
    'For example, set the options `model` and `rename`.',
  );
}

export const modelsButtons = [
  defineComponent({
    id: modelPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => modelList(await services.stats.modelPage(list, from)),
  }),
];
