import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
} from 'discord.js';
import type { View } from '../views/kit/view.ts';

/** Discord's limits (developer documentation: Components, Application Commands, Interactions). */
export const LIMITS = {
  customId: 100,
  /** Components of one message, with the nested ones. */
  components: 40,
  /** Characters over all text displays of one message. */
  text: 4000,
  files: 10,
  buttonLabel: 80,
  rowButtons: 5,
  selectOptions: 25,
  optionLabel: 100,
  formTitle: 45,
  formComponents: 5,
  fieldLabel: 45,
  fieldDescription: 100,
  textInput: 4000,
  choices: 25,
  choiceName: 100,
  /** Characters over all names, descriptions and choices of one command. Discord says 8,000; the rest is our reserve. */
  command: 7800,
} as const;

type AnyComponent = APIMessageTopLevelComponent | APIComponentInContainer | { type: number };

/** Every component of a message, parents first. */
export function* walk(components: readonly AnyComponent[]): Generator<AnyComponent & Record<string, unknown>> {
  for (const component of components as readonly (AnyComponent & Record<string, unknown>)[]) {
    yield component;
    if (Array.isArray(component.components)) yield* walk(component.components);
    if (component.accessory) yield* walk([component.accessory as AnyComponent]);
    if (component.component) yield* walk([component.component as AnyComponent]);
  }
}

/**
 * What Discord would refuse of a view, in words; empty where it would take it. Builders check shapes, not sums, so this is what stands between
 * a long list and an error that the user cannot act on.
 */
export function findViewProblems(view: View): string[] {
  const problems: string[] = [];
  const all = [...walk(view.components)];
  const text = all.reduce(
    (sum, each) => sum + (each.type === ComponentType.TextDisplay ? String(each.content).length : 0),
    0,
  );
  const ids = all.map((each) => each.custom_id).filter((id) => typeof id === 'string');
  const files = view.files ?? [];
  if (all.length > LIMITS.components) problems.push(`${all.length} components`);
  if (text > LIMITS.text) problems.push(`${text} characters of text`);
  if (all.length === 0) problems.push('nothing to show');
  if (new Set(ids).size !== ids.length) problems.push('two components with the same id');
  if (files.length > LIMITS.files) problems.push(`${files.length} files`);
  for (const each of all) problems.push(...findComponentProblems(each));
  const names = new Set(files.map((file) => `attachment://${file.name}`));
  const shown = all.flatMap(attachmentUrls);
  for (const url of shown) if (!names.has(url)) problems.push(`${url} is not attached`);
  for (const name of names) if (!shown.includes(name)) problems.push(`${name} is attached and not shown`);
  return problems;
}

function findComponentProblems(each: Record<string, unknown> & { type: number }): string[] {
  const children = Array.isArray(each.components) ? each.components.length : undefined;
  const options = Array.isArray(each.options) ? each.options.length : undefined;
  if (children === 0) return [`an empty component of type ${each.type}`];
  if (each.type === ComponentType.TextDisplay && each.content === '') return ['an empty text'];
  if (each.type === ComponentType.ActionRow && (children ?? 0) > LIMITS.rowButtons)
    return [`${children} buttons in a row`];
  if (each.type === ComponentType.Button && String(each.label ?? '').length > LIMITS.buttonLabel)
    return ['a long button'];
  if (options !== undefined && (options === 0 || options > LIMITS.selectOptions))
    return [`${options} options in a menu`];
  return [];
}

function attachmentUrls(each: Record<string, unknown>): string[] {
  const items = Array.isArray(each.items) ? (each.items as { media: { url: string } }[]) : [];
  const file = each.file as { url: string } | undefined;
  return [...items.map((item) => item.media.url), ...(file ? [file.url] : [])].filter((url) =>
    url.startsWith('attachment://'),
  );
}

/** The same for a form. */
export function findFormProblems(form: APIModalInteractionResponseCallbackData): string[] {
  const problems: string[] = [];
  if (form.title.length > LIMITS.formTitle) problems.push('a long title');
  if (form.components.length > LIMITS.formComponents) problems.push(`${form.components.length} fields`);
  for (const each of walk(form.components as AnyComponent[])) {
    if (each.type !== ComponentType.Label) continue;
    if (String(each.label).length > LIMITS.fieldLabel) problems.push(`a long label: ${String(each.label)}`);
    if (String(each.description ?? '').length > LIMITS.fieldDescription)
      problems.push(`a long description: ${String(each.label)}`);
  }
  return problems;
}
