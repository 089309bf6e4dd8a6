import {
  type APIMessageComponent,
  type APIModalComponent,
  type APISelectMenuOption,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
} from 'discord.js';
import { LIMITS } from './limits.ts';

export type Component = APIMessageComponent | APIModalComponent;

/** Every component of a message or modal, parents first. */
export function* walk(components: readonly Component[]): Generator<Component> {
  for (const component of components) {
    yield component;
    yield* walk(childrenOf(component));
  }
}

function childrenOf(component: Component): readonly Component[] {
  switch (component.type) {
    case ComponentType.ActionRow:
    case ComponentType.Container:
      return component.components;
    case ComponentType.Section:
      return [...component.components, component.accessory];
    case ComponentType.Label:
      return [component.component];
    default:
      return [];
  }
}

/** Reasons why Discord would reject a component on its own. */
export function findComponentProblems(component: Component): string[] {
  switch (component.type) {
    case ComponentType.Container:
      return outside('components in a container', component.components.length, 1, LIMITS.components);
    case ComponentType.ActionRow:
      return rowProblems(component.components);
    case ComponentType.Section:
      return outside('texts in a section', component.components.length, 1, LIMITS.sectionTexts);
    case ComponentType.TextDisplay:
      return component.content.trim() === '' ? ['an empty text'] : [];
    case ComponentType.Button:
      return 'label' in component ? tooLong('button label', component.label, LIMITS.buttonLabel) : [];
    case ComponentType.StringSelect:
      return selectMenuProblems(component);
    case ComponentType.MediaGallery:
      return [
        ...outside('pictures in a gallery', component.items.length, 1, LIMITS.galleryItems),
        ...component.items.flatMap((item) => tooLong('description', item.description, LIMITS.mediaDescription)),
      ];
    case ComponentType.Thumbnail:
      return tooLong('description', component.description, LIMITS.mediaDescription);
    case ComponentType.Label:
      return [
        ...tooLong('field label', component.label, LIMITS.fieldLabel),
        ...tooLong('field description', component.description, LIMITS.fieldDescription),
      ];
    case ComponentType.TextInput:
      return inputProblems(component);
    default:
      return [];
  }
}

/** Custom ids that occur twice or are too long. */
export function findIdProblems(components: readonly Component[]): string[] {
  const ids = components.flatMap((each) => ('custom_id' in each ? [each.custom_id] : []));
  return [
    ...ids.flatMap((id) => outside('characters in a custom id', id.length, 1, LIMITS.customId)),
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `two components with the id ${id}`),
  ];
}

export function outside(what: string, count: number, min: number, max: number): string[] {
  return count < min || count > max ? [`${count} ${what}; ${min} to ${max} are allowed`] : [];
}

/** A text that is present must not be empty or too long. */
export function tooLong(what: string, text: string | null | undefined, max: number): string[] {
  return typeof text === 'string' ? outside(`characters in a ${what}`, text.length, 1, max) : [];
}

/** A row contains buttons or one select menu. */
function rowProblems(parts: readonly { type: ComponentType }[]): string[] {
  const isSelect = parts.some((part) => part.type !== ComponentType.Button);
  return outside('parts in a row', parts.length, 1, isSelect ? 1 : LIMITS.rowButtons);
}

function selectMenuProblems({
  options,
  placeholder,
  min_values: least = 1,
  max_values: most = 1,
}: APIStringSelectComponent) {
  const values = new Set(options.map((option) => option.value));
  return [
    ...outside('options in a select menu', options.length, 1, LIMITS.selectOptions),
    ...options.flatMap(optionProblems),
    ...(values.size < options.length ? ['two options with the same value'] : []),
    ...(options.filter((option) => option.default).length > most ? ['more options preselected than allowed'] : []),
    ...(least > most || most > options.length ? ['a select menu requires more choices than it has'] : []),
    ...(placeholder ? tooLong('placeholder', placeholder, LIMITS.selectPlaceholder) : []),
  ];
}

function optionProblems({ label, value, description }: APISelectMenuOption): string[] {
  return [label, value, description].flatMap((text) => tooLong('select menu option', text, LIMITS.option));
}

function inputProblems({ max_length: longest = LIMITS.textInput, placeholder, value = '' }: APITextInputComponent) {
  return [
    ...outside('characters as the longest input', longest, 1, LIMITS.textInput),
    ...(value.length > longest ? ['a field prefilled with more characters than it allows'] : []),
    ...tooLong('placeholder', placeholder, LIMITS.fieldPlaceholder),
  ];
}
