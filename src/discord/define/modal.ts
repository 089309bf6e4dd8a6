import {
  CheckboxBuilder,
  FileUploadBuilder,
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  UserSelectMenuBuilder,
} from '@discordjs/builders';
import {
  type APIModalInteractionResponseCallbackData,
  type ModalSubmitInteraction,
  PermissionFlagsBits,
  type PermissionResolvable,
  PermissionsBitField,
  TextInputStyle,
} from 'discord.js';
import { UserError } from '../../base/errors.ts';
import type { AttachmentRef } from './options.ts';

/** A field of a modal, declared once: how it is shown and how its value is read. */
export interface Field<T> {
  /** @throws UserError if the prefilled value is too long for the field */
  show(id: string, prefill: string | undefined): LabelBuilder;
  read(fields: SubmittedFields, id: string): T;
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
  const { isLong, maxLength = 100, placeholder } = options;
  return {
    show(id, prefill) {
      if ((prefill?.length ?? 0) > maxLength) {
        throw new UserError('too_long', `${label} must be at most ${maxLength} characters.`);
      }
      const input = new TextInputBuilder()
        .setCustomId(id)
        .setStyle(isLong ? TextInputStyle.Paragraph : TextInputStyle.Short)
        .setRequired(false)
        .setMaxLength(maxLength);
      if (placeholder) input.setPlaceholder(placeholder);
      if (prefill) input.setValue(prefill);
      return labelled(label, options).setTextInputComponent(input);
    },
    read: (fields, id) => fields.getTextInputValue(id).trim() || undefined,
  };
}

/** An optional file. */
export function fileField(label: string, options: Hints): Field<AttachmentRef | undefined> {
  return {
    show: (id) =>
      labelled(label, options).setFileUploadComponent(
        new FileUploadBuilder().setCustomId(id).setRequired(false).setMinValues(0).setMaxValues(1),
      ),
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
    show(id, prefill) {
      const menu = new StringSelectMenuBuilder().setCustomId(id).setRequired(false).setMinValues(0).setMaxValues(1);
      if (options.placeholder) menu.setPlaceholder(options.placeholder);
      menu.addOptions(values.map((value) => ({ label: value, value, default: value === prefill })));
      return labelled(label, options).setStringSelectMenuComponent(menu);
    },
    read: (fields, id) => {
      const [chosen] = fields.getStringSelectValues(id);
      return values.find((value) => value === chosen);
    },
  };
}

/** A member of the server whom a modal names. */
export interface ChosenMember {
  userId: string;
  isBot: boolean;
  roleIds: readonly string[];
  canManageServer: boolean;
}

/** A member of the server. Reads as undefined if the person has left it. */
export function memberField(label: string, options: Hints & { placeholder?: string }): Field<ChosenMember | undefined> {
  return {
    show(id) {
      const menu = new UserSelectMenuBuilder().setCustomId(id).setRequired(true);
      if (options.placeholder) menu.setPlaceholder(options.placeholder);
      return labelled(label, options).setUserSelectMenuComponent(menu);
    },
    read(fields, id) {
      const [user] = fields.getSelectedUsers(id)?.values() ?? [];
      const member = user && fields.getSelectedMembers(id)?.get(user.id);
      if (!user || !member) return undefined;
      const roleIds = Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
      const permissions = new PermissionsBitField((member.permissions as PermissionResolvable | null) ?? 0n);
      return {
        userId: user.id,
        isBot: user.bot,
        roleIds,
        canManageServer: permissions.has(PermissionFlagsBits.ManageGuild),
      };
    },
  };
}

/** A checkbox; the prefill `yes` checks it. */
export function checkboxField(label: string, options: Hints): Field<boolean> {
  return {
    show: (id, prefill) =>
      labelled(label, options).setCheckboxComponent(
        new CheckboxBuilder().setCustomId(id).setDefault(prefill === 'yes'),
      ),
    read: (fields, id) => fields.getCheckbox(id),
  };
}

function labelled(label: string, { description }: Hints): LabelBuilder {
  const builder = new LabelBuilder().setLabel(label);
  return description ? builder.setDescription(description) : builder;
}

/** The payload that opens a modal. */
export function modalPayload(
  customId: string,
  title: string,
  fields: FieldShape,
  prefill: Partial<Record<string, string>>,
): APIModalInteractionResponseCallbackData {
  const labels = Object.entries(fields).map(([id, field]) => field.show(id, prefill[id]));
  return new ModalBuilder().setCustomId(customId).setTitle(title).addLabelComponents(labels).toJSON();
}

export type SubmittedFields = ModalSubmitInteraction['fields'];

/** The submitted values; undefined if the modal has other fields, because an older version opened it. */
export function readFields<S extends FieldShape>(submitted: SubmittedFields, shape: S): FieldValues<S> | undefined {
  const entries = Object.entries(shape);
  if (!entries.every(([id]) => submitted.fields.has(id))) return undefined;
  return Object.fromEntries(entries.map(([id, field]) => [id, field.read(submitted, id)])) as FieldValues<S>;
}
