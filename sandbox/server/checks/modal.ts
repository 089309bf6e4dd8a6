import { ComponentType } from '../protocol.ts';
import { walkComponents } from '../state/component-tree.ts';
import type { Component } from '../state/model.ts';
import { checkCounts, checkOptions, checkUnique } from './components.ts';
import { type Issue, issue, required, tooLong, within } from './issue.ts';
import { checkAgainstSpec } from './spec.ts';

const MOST_COMPONENTS = 5;

/** Checks a callback that opens a modal. */
export function checkModal(callback: { data: { components: Component[] } }): Issue[] {
  const shape = checkAgainstSpec('modalCallback', callback);
  if (shape.length > 0) return shape;
  const { components } = callback.data;
  const placed = walkComponents(components);
  const issues = [
    ...checkUnique(placed),
    ...placed.flatMap(({ component, path }) => checkField(component, path)),
    ...components.flatMap((component, index) => checkPlace(component, ['components', index])),
  ];
  if (components.length > MOST_COMPONENTS) issues.push(tooLong(['components'], MOST_COMPONENTS));
  return within(['data'], issues);
}

/** A text field in a row has its own label; otherwise the surrounding component has it. */
function checkPlace(component: Component, path: Issue['path']): Issue[] {
  if (component.type === ComponentType.actionRow) {
    if ((component.components?.length ?? 0) > 1) return [tooLong([...path, 'components'], 1)];
    return component.components?.[0]?.label ? [] : [required([...path, 'components', 0, 'label'])];
  }
  if (!component.component?.label) return [];
  return [
    issue([...path, 'component', 'label'], 'COMPONENT_LABEL_TWICE', 'The surrounding label already has the name.'),
  ];
}

function checkField(component: Component, path: Issue['path']): Issue[] {
  switch (component.type) {
    case ComponentType.textInput:
      return checkTextInput(component, path);
    case ComponentType.stringSelect:
      return [...checkDisabled(component, path), ...checkCounts(component, path), ...checkOptions(component, path)];
    case ComponentType.userSelect:
    case ComponentType.roleSelect:
    case ComponentType.mentionableSelect:
    case ComponentType.channelSelect:
      return [...checkDisabled(component, path), ...checkCounts(component, path)];
    case ComponentType.fileUpload:
      return checkCounts(component, path);
    case ComponentType.radioGroup:
      return checkOptions(component, path);
    case ComponentType.checkboxGroup:
      return [...checkCounts(component, path), ...checkOptions(component, path), ...checkOptional(component, path)];
    default:
      return [];
  }
}

function checkTextInput(input: Component, path: Issue['path']): Issue[] {
  const issues: Issue[] = [];
  const longest = input.max_length ?? 4_000;
  if ((input.min_length ?? 0) > longest) {
    issues.push(issue([...path, 'min_length'], 'TEXT_INPUT_LENGTHS', 'min_length is greater than max_length.'));
  }
  if ((input.value?.length ?? 0) > longest) issues.push(tooLong([...path, 'value'], longest));
  return issues;
}

function checkDisabled(menu: Component, path: Issue['path']): Issue[] {
  return menu.disabled
    ? [issue([...path, 'disabled'], 'COMPONENT_DISABLED', 'A select menu in a modal cannot be disabled.')]
    : [];
}

function checkOptional(group: Component, path: Issue['path']): Issue[] {
  return group.min_values === 0 && group.required !== false
    ? [issue([...path, 'required'], 'COMPONENT_REQUIRED', 'A required field must have min_values above 0.')]
    : [];
}
