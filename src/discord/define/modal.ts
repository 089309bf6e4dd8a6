import {
  type APIComponentInLabel,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import { UserError } from '../../base/errors.ts';
import type { AttachmentRef } from './options.ts';

/** A field of a modal, declared once: how it is shown and how its value is read. */
export interface Field<T> {
  /** @throws UserError if the prefilled value is too long for the field */
  show(id: string, prefill: string | undefined): APILabelComponent;
  read(fields: ModalSubmitInteraction['fields'], id: string): T;
}

export type FieldShape = Record<string, Field<unknown>>;
export type FieldValues<S extends FieldShape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

interface Hints {
  description?: string;
}

/** A text of one line or, with `isLong`, several. An empty field reads as undefined. */
export function textField(
  label: string,
  options: Hints & { isLong?: boolean; maxLength?: number; placeholder?: string },
): Field<string | undefined> {
  const max_length = options.maxLength ?? 100;
  return {
    show(id, prefill) {
      if ((prefill?.length ?? 0) > max_length) {
        throw new UserError('too_long', `${label} must be at most ${max_length} characters.`);
      }
      return labelled(label, options, {
        type: ComponentType.TextInput,
        custom_id: id,
        style: options.isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
        required: false,
        max_length,
        ...(options.placeholder && { placeholder: options.placeholder }),
        ...(prefill && { value: prefill }),
      });
    },
    read: (fields, id) => fields.getTextInputValue(id).trim() || undefined,
  };
}

/** An optional file. */
export function fileField(label: string, options: Hints): Field<AttachmentRef | undefined> {
  return {
    show: (id) =>
      labelled(label, options, {
        type: ComponentType.FileUpload,
        custom_id: id,
        required: false,
        min_values: 0,
        max_values: 1,
      }),
    read: (fields, id) => {
      const file = fields.getUploadedFiles(id)?.first();
      return file && { name: file.name, size: file.size, url: file.url };
    },
  };
}

/** An optional choice from a list. */
export function choiceField<const V extends readonly string[]>(
  label: string,
  values: V,
  options: Hints & { placeholder?: string },
): Field<V[number] | undefined> {
  return {
    show: (id, prefill) =>
      labelled(label, options, {
        type: ComponentType.StringSelect,
        custom_id: id,
        required: false,
        min_values: 0,
        max_values: 1,
        ...(options.placeholder && { placeholder: options.placeholder }),
        options: values.map((value) => ({ label: value, value, default: value === prefill })),
      }),
    read: (fields, id) => {
      const [chosen] = fields.getStringSelectValues(id);
      return values.find((value) => value === chosen);
    },
  };
}

/** A checkbox; the prefill `yes` checks it. */
export function checkboxField(label: string, options: Hints): Field<boolean> {
  return {
    show: (id, prefill) =>
      labelled(label, options, { type: ComponentType.Checkbox, custom_id: id, default: prefill === 'yes' }),
    read: (fields, id) => fields.getCheckbox(id),
  };
}

function labelled(label: string, { description }: Hints, component: APIComponentInLabel): APILabelComponent {
  return { type: ComponentType.Label, label, ...(description && { description }), component };
}

/** The payload that opens a modal. */
export function modalPayload(
  customId: string,
  title: string,
  fields: FieldShape,
  prefill: Partial<Record<string, string>>,
): APIModalInteractionResponseCallbackData {
  const components = Object.entries(fields).map(([id, field]) => field.show(id, prefill[id]));
  return { custom_id: customId, title, components };
}

/** The submitted values; undefined if the modal has other fields, because an older version opened it. */
export function readFields(fields: ModalSubmitInteraction['fields'], shape: FieldShape) {
  const entries = Object.entries(shape);
  if (!entries.every(([id]) => fields.fields.has(id))) return undefined;
  return Object.fromEntries(entries.map(([id, field]) => [id, field.read(fields, id)]));
}
