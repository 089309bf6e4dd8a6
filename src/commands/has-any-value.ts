/** Whether any option of an edit was given. */
export function hasAnyValue(options: object): boolean {
  return Object.values(options).some((value) => value !== undefined);
}
