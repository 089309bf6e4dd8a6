import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import type { AttachmentRef } from './options.ts';

/** A field of a form, declared once: what is shown and what is read. */
export interface Field<T> {
  show(id: string, prefill: string | undefined): APILabelComponent;
  read(fields: ModalSubmitInteraction['fields'], id: string): T;
}

export type FieldShape = Record<string, Field<unknown>>;
export type FieldValues<S extends FieldShape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/** Text of one line or, with `isLong`, of several. Left empty it reads as undefined. */
export function textField(
  label: string,
  options: { description?: string; isLong?: boolean; maxLength?: number; placeholder?: string },
): Field<string | undefined> {
  return {
    show: (id, prefill) => ({
      type: ComponentType.Label,
      label,
      ...(options.description && { description: options.description }),
      component: {
        type: ComponentType.TextInput,
        custom_id: id,
        style: options.isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
        required: false,
        max_length: options.maxLength ?? 100,
        ...(options.placeholder && { placeholder: options.placeholder }),
        ...(prefill && { value: prefill }),
      },
    }),
    read: (fields, id) => fields.getTextInputValue(id).trim() || undefined,
  };
}

/** One file, or none. */
export function fileField(label: string, options: { description?: string }): Field<AttachmentRef | undefined> {
  return {
    show: (id) => ({
      type: ComponentType.Label,
      label,
      ...(options.description && { description: options.description }),
      component: { type: ComponentType.FileUpload, custom_id: id, required: false, min_values: 0, max_values: 1 },
    }),
    read: (fields, id) => {
      const file = fields.getUploadedFiles(id)?.first();
      return file && { name: file.name, size: file.size, url: file.url };
    },
  };
}

/** One of a few words, or none. */
export function choiceField(
  label: string,
  values: readonly string[],
  options: { description?: string; placeholder?: string },
): Field<string | undefined> {
  return {
    show: (id, prefill) => ({
      type: ComponentType.Label,
      label,
      ...(options.description && { description: options.description }),
      component: {
        type: ComponentType.StringSelect,
        custom_id: id,
        required: false,
        min_values: 0,
        max_values: 1,
        ...(options.placeholder && { placeholder: options.placeholder }),
        options: values.map((value) => ({ label: value, value, default: value === prefill })),
      },
    }),
    read: (fields, id) => fields.getStringSelectValues(id)[0],
  };
}

/** The payload that opens a form. */
export function formPayload(
  customId: string,
  title: string,
  fields: FieldShape,
  prefill: Partial<Record<string, string>>,
): APIModalInteractionResponseCallbackData {
  const components = Object.entries(fields).map(([id, field]) => field.show(id, prefill[id]));
  return { custom_id: customId, title, components };
}
