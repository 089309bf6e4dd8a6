/** The unit of costs unless `CURRENCY` names another. */
export const DEFAULT_CURRENCY = 'USD';

/** Codes of ISO 4217, such as `EUR`. */
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (code: string): boolean => CODES.has(code);
