import { ComponentType } from '../protocol.ts';
import { walkComponents } from '../state/component-tree.ts';
import type { Attachment, Component, Modal } from '../state/model.ts';
import type { Upload } from '../state/state.ts';
import { OperatorError } from './error.ts';
import { isUpload } from './options.ts';

/** The text of a text field, the selected values of a select menu or group, the state of a checkbox, or files. */
export type ModalValue = string | string[] | boolean | Upload | Upload[];
/** By custom id. */
export type ModalValues = Record<string, ModalValue>;

/** A field of a modal with its label. */
export interface ModalField {
  label: string;
  description?: string;
  component: Component;
}

const FIELD_TYPES: readonly number[] = [
  ComponentType.textInput,
  ComponentType.stringSelect,
  ComponentType.userSelect,
  ComponentType.roleSelect,
  ComponentType.mentionableSelect,
  ComponentType.channelSelect,
  ComponentType.fileUpload,
  ComponentType.radioGroup,
  ComponentType.checkboxGroup,
  ComponentType.checkbox,
];

/** The fields of a modal, from top to bottom. */
export function fieldsOf(modal: Modal): ModalField[] {
  return modal.components.flatMap((component) => {
    const inner = component.component ?? component.components?.[0];
    if (!inner) return [];
    return [
      {
        label: component.label ?? inner.label ?? '',
        ...(component.description ? { description: component.description } : {}),
        component: inner,
      },
    ];
  });
}

/** The payload that Discord's client sends for a modal: its tree with the entered values. */
export async function submittedComponents(
  modal: Modal,
  values: ModalValues,
  keep: (upload: Upload) => Promise<Attachment>,
): Promise<{ components: Record<string, unknown>[]; attachments: Attachment[] }> {
  const fields = fieldsOf(modal);
  for (const customId of Object.keys(values)) {
    if (!fields.some(({ component }) => component.custom_id === customId)) {
      throw new OperatorError(`The modal has no field "${customId}".`);
    }
  }
  const attachments: Attachment[] = [];
  const filled = new Map<string, Record<string, unknown>>();
  for (const { label, component } of fields) {
    const value = values[component.custom_id ?? ''];
    const problem = problemOf(component, value);
    if (problem) throw new OperatorError(`The field "${label}" ${problem}.`);
    const uploads: Attachment[] = [];
    for (const upload of uploadsOf(value)) uploads.push(await keep(upload));
    attachments.push(...uploads);
    filled.set(component.custom_id ?? '', answerOf(component, value, uploads));
  }
  return { components: modal.components.map((component) => answerTree(component, filled)), attachments };
}

function answerTree(component: Component, filled: Map<string, Record<string, unknown>>): Record<string, unknown> {
  const own = { type: component.type, id: component.id };
  if (FIELD_TYPES.includes(component.type)) return { ...own, ...filled.get(component.custom_id ?? '') };
  if (component.component) return { ...own, component: answerTree(component.component, filled) };
  if (component.components) return { ...own, components: component.components.map((part) => answerTree(part, filled)) };
  return own;
}

function answerOf(component: Component, value: ModalValue | undefined, uploads: Attachment[]): Record<string, unknown> {
  const own = { custom_id: component.custom_id };
  switch (component.type) {
    case ComponentType.textInput:
      return { ...own, value: value ?? component.value ?? '' };
    case ComponentType.checkbox:
      return { ...own, value: value ?? component.default ?? false };
    case ComponentType.radioGroup:
      return { ...own, value: chosen(component, value)[0] ?? null };
    case ComponentType.fileUpload:
      return { ...own, values: uploads.map((attachment) => attachment.id) };
    default:
      return { ...own, values: chosen(component, value) };
  }
}

/** The users, roles or channels that a field selects. */
export function selectedIds(component: Component, value: ModalValue | undefined): string[] {
  const selects = FIELD_TYPES.includes(component.type) && component.type !== ComponentType.stringSelect;
  return selects && Array.isArray(value) && component.options === undefined
    ? value.filter((one) => typeof one === 'string')
    : [];
}

/** Options may be given by value or by label; an unchanged field keeps its preselected options. */
function chosen(component: Component, value: ModalValue | undefined): string[] {
  const options = component.options ?? [];
  if (value === undefined) return options.filter((option) => option.default).map((option) => option.value);
  const picked = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  return picked.map((one) => options.find((option) => option.value === one || option.label === one)?.value ?? one);
}

function uploadsOf(value: ModalValue | undefined): Upload[] {
  return (Array.isArray(value) ? value : [value]).filter(isUpload);
}

function problemOf(component: Component, value: ModalValue | undefined): string | undefined {
  switch (component.type) {
    case ComponentType.textInput:
      return textProblem(component, value ?? component.value ?? '');
    case ComponentType.checkbox:
      return value === undefined || typeof value === 'boolean' ? undefined : 'must be true or false';
    case ComponentType.fileUpload:
      return fileProblem(component, value);
    default:
      return choiceProblem(component, value);
  }
}

function textProblem(component: Component, value: ModalValue): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length === 0) return component.required === false ? undefined : 'is required';
  const longest = component.max_length ?? 4_000;
  if (value.length > longest) return `must be at most ${longest} characters`;
  if (value.length < (component.min_length ?? 0)) return `must be at least ${component.min_length} characters`;
  return undefined;
}

function fileProblem(component: Component, value: ModalValue | undefined): string | undefined {
  const uploads = uploadsOf(value);
  if (value !== undefined && uploads.length !== (Array.isArray(value) ? value.length : 1)) return 'must be files';
  const types = component.file_types ?? [];
  const isTaken = (upload: Upload) => types.some((type) => upload.name.toLowerCase().endsWith(type.toLowerCase()));
  const wrong = types.length > 0 ? uploads.find((upload) => !isTaken(upload)) : undefined;
  if (wrong) return `accepts ${types.join(', ')}, not ${wrong.name}`;
  return countProblem(component, uploads.length);
}

function choiceProblem(component: Component, value: ModalValue | undefined): string | undefined {
  const picked = chosen(component, value);
  const options = component.options;
  const unknown = options && picked.find((one) => !options.some((option) => option.value === one));
  if (unknown !== undefined) {
    return `has no option "${unknown}"; it has: ${options?.map((option) => option.label).join(', ')}`;
  }
  return countProblem(component, picked.length);
}

function countProblem(component: Component, count: number): string | undefined {
  if (count === 0) return component.required === false || component.min_values === 0 ? undefined : 'is required';
  const most = component.type === ComponentType.radioGroup ? 1 : (component.max_values ?? 1);
  if (component.type !== ComponentType.checkboxGroup || component.max_values !== undefined) {
    if (count > most) return `must have at most ${most}`;
  }
  return count < (component.min_values ?? 1) ? `must have at least ${component.min_values}` : undefined;
}

/** A button or select menu of a message, by its custom id. */
export function findControl(components: Component[], customId: string): Component {
  const controls = walkComponents(components).map(({ component }) => component);
  const control = controls.find((component) => component.custom_id === customId);
  if (!control) throw new OperatorError(`The message has no button or select menu "${customId}".`);
  if (control.disabled) throw new OperatorError(`"${control.label ?? customId}" is disabled.`);
  return control;
}
