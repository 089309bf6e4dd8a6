import { ButtonStyle, ComponentType } from '../protocol.ts';
import { mediaOf, type Placed, textsOf, walkComponents } from '../state/component-tree.ts';
import type { Component } from '../state/model.ts';
import { type Issue, issue, repeated, required, tooLong } from './issue.ts';

const MOST_COMPONENTS = 40;
const MOST_TEXT = 4_000;
const MOST_LEGACY_ROWS = 5;

/** Rules for components that Discord's OpenAPI document does not contain; the shape is already validated. */
export function checkMessageComponents(components: Component[], isV2: boolean): Issue[] {
  const placed = walkComponents(components);
  return [
    ...(isV2 ? checkV2Totals(components, placed) : checkLegacyRows(components)),
    ...checkUnique(placed),
    ...placed.flatMap(checkOne),
  ];
}

/** Two controls with one custom id, or two components with one number. */
export function checkUnique(placed: Placed[]): Issue[] {
  const sameCustomId = repeated(placed, ({ component }) => component.custom_id);
  const sameNumber = repeated(placed, ({ component }) => component.id || undefined);
  return [
    ...sameCustomId.map(({ path }) =>
      issue([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated'),
    ),
    ...sameNumber.map(({ path }) =>
      issue([...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated'),
    ),
  ];
}

/** The names of the files that components show, with the place of each. */
export function attachmentsShown(components: Component[]): { name: string; path: Issue['path'] }[] {
  return walkComponents(components).flatMap(({ component, path }) =>
    mediaOf(component).flatMap(({ url }) =>
      url.startsWith('attachment://') ? [{ name: url.slice('attachment://'.length), path }] : [],
    ),
  );
}

function checkV2Totals(components: Component[], placed: Placed[]): Issue[] {
  const issues: Issue[] = [];
  if (placed.length > MOST_COMPONENTS) {
    issues.push(
      issue(
        ['components'],
        'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
        `The total number of components cannot exceed ${MOST_COMPONENTS}; there are ${placed.length}.`,
      ),
    );
  }
  const length = textsOf(components).join('').length;
  if (length > MOST_TEXT) {
    issues.push(
      issue(
        ['components'],
        'COMPONENT_MAX_TOTAL_TEXT_EXCEEDED',
        `All text displays together may have ${MOST_TEXT} characters; they have ${length}.`,
      ),
    );
  }
  return issues;
}

function checkLegacyRows(components: Component[]): Issue[] {
  const issues = components.flatMap((component, index) =>
    component.type === ComponentType.actionRow
      ? []
      : [issue(['components', index, 'type'], 'UNION_TYPE_CHOICES', 'Needs the flag IS_COMPONENTS_V2.')],
  );
  return components.length > MOST_LEGACY_ROWS ? [...issues, tooLong(['components'], MOST_LEGACY_ROWS)] : issues;
}

function checkOne({ component, path }: Placed): Issue[] {
  switch (component.type) {
    case ComponentType.actionRow:
      return checkRow(component, path);
    case ComponentType.button:
      return checkButton(component, path);
    case ComponentType.stringSelect:
      return [...checkCounts(component, path), ...checkOptions(component, path)];
    case ComponentType.userSelect:
    case ComponentType.roleSelect:
    case ComponentType.mentionableSelect:
    case ComponentType.channelSelect:
      return checkCounts(component, path);
    case ComponentType.file:
      return component.file?.url.startsWith('attachment://')
        ? []
        : [issue([...path, 'file', 'url'], 'MEDIA_ATTACHMENT_REQUIRED', 'A file is shown by attachment:// alone.')];
    case ComponentType.thumbnail:
    case ComponentType.mediaGallery:
      return checkPictures(component, path);
    default:
      return [];
  }
}

function checkPictures(component: Component, path: Issue['path']): Issue[] {
  const isShowable = mediaOf(component).every(({ url }) => /^(https?|attachment):\/\//.test(url));
  return isShowable
    ? []
    : [issue([...path, 'media', 'url'], 'URL_TYPE_INVALID_SCHEME', 'Scheme must be one of (http, https, attachment).')];
}

function checkRow(row: Component, path: Issue['path']): Issue[] {
  const parts = row.components ?? [];
  const menus = parts.filter((part) => part.type !== ComponentType.button);
  if (menus.length === 0 || parts.length === 1) return [];
  return [issue([...path, 'components'], 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'A row holds five buttons or one menu.')];
}

function checkButton(button: Component, path: Issue['path']): Issue[] {
  const issues: Issue[] = [];
  const refuse = (key: string, message: string) =>
    issues.push(issue([...path, key], 'BUTTON_COMPONENT_INVALID', message));
  const isPremium = button.style === ButtonStyle.premium;
  if (!isPremium && !button.label && !button.emoji) refuse('label', 'A button must have a label or an emoji.');
  if (isPremium && (button.label || button.emoji)) refuse('label', 'A premium button has no label.');
  if (isPremium && !button.sku_id) issues.push(required([...path, 'sku_id']));
  if (!isPremium && button.sku_id) refuse('sku_id', 'Only a premium button has a SKU.');
  if (button.style === ButtonStyle.link) {
    if (button.custom_id) refuse('custom_id', 'A custom id and url cannot both be specified.');
    if (!button.url) issues.push(required([...path, 'url']));
    else if (!/^(https?|discord):\/\//.test(button.url)) refuse('url', 'Scheme must be one of (discord, https, http).');
  } else {
    if (button.url) refuse('url', 'Only a link button has a url.');
    if (!isPremium && !button.custom_id) issues.push(required([...path, 'custom_id']));
    if (isPremium && button.custom_id) refuse('custom_id', 'A premium button has no custom id.');
  }
  return issues;
}

/** The allowed number of selections in select menus, groups and file fields. */
export function checkCounts(component: Component, path: Issue['path']): Issue[] {
  const { min_values: least, max_values: most, options } = component;
  const issues: Issue[] = [];
  if (least !== undefined && least > (most ?? (component.type === ComponentType.checkboxGroup ? 10 : 1))) {
    issues.push(issue([...path, 'min_values'], 'COMPONENT_MIN_VALUES', 'min_values is greater than max_values.'));
  }
  if (options && Math.max(least ?? 1, most ?? 1) > options.length) {
    issues.push(issue([...path, 'max_values'], 'COMPONENT_MAX_VALUES', 'max_values exceeds the number of options.'));
  }
  return issues;
}

/** Duplicate values of options, and more preselected options than allowed. */
export function checkOptions(component: Component, path: Issue['path']): Issue[] {
  const options = component.options ?? [];
  const issues = repeated(options, (option) => option.value).map((option) =>
    issue(
      [...path, 'options', options.indexOf(option), 'value'],
      'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
      'The specified option value is already used',
    ),
  );
  const most = component.type === ComponentType.checkboxGroup ? options.length : (component.max_values ?? 1);
  if (options.filter((option) => option.default).length > most) {
    issues.push(
      issue(
        [...path, 'options'],
        'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES',
        'More options are preselected than max_values.',
      ),
    );
  }
  return issues;
}
