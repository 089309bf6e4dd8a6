import { OptionType } from '../protocol.ts';
import { type Issue, issue, tooLong } from './issue.ts';
import { checkAgainstSpec } from './spec.ts';

const LONGEST_VALUE = 100;

/** Checks a callback with choices for an option of a type. */
export function checkChoices(
  callback: { data?: { choices?: ({ value: unknown } | null)[] | null } },
  optionType: number,
): Issue[] {
  const shape = checkAgainstSpec('choicesCallback', callback);
  if (shape.length > 0) return shape;
  return (callback.data?.choices ?? []).flatMap((choice, index) => {
    const path = ['data', 'choices', index, 'value'];
    return choice ? checkValue(choice.value, optionType, path) : [];
  });
}

function checkValue(value: unknown, optionType: number, path: Issue['path']): Issue[] {
  if (optionType === OptionType.string) {
    if (typeof value !== 'string') return [issue(path, 'STRING_TYPE_CONVERT', 'Could not interpret as string.')];
    return value.length > LONGEST_VALUE ? [tooLong(path, LONGEST_VALUE)] : [];
  }
  const isNumber = typeof value === 'number' && (optionType !== OptionType.integer || Number.isInteger(value));
  return isNumber ? [] : [issue(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not an int.`)];
}
