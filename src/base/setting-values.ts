import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type CheckTarget, parseTarget } from '../domain/health/check-target.ts';
import { isCurrency } from '../domain/parse/fields/currency.ts';
import { API_KINDS, type ApiKind } from '../domain/sources/listed.ts';

/** Where the APIs of providers are, instead of at the providers' own addresses. */
export type SourceApiUrls = Readonly<Partial<Record<ApiKind, string>>>;

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);

export const snowflake = z
  .string()
  .regex(/^\d{15,21}$/, 'must be a Discord id (right-click the server, channel or role and choose Copy ID)');

export const idList = z
  .string()
  .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
  .pipe(z.array(snowflake));

export const flag = z
  .enum(['0', '1', 'true', 'false'], 'must be 1 or 0')
  .transform((value) => value === '1' || value === 'true');

export const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** In the largest unit without a fraction. */
function formatMs(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((each) => ms > 0 && ms % UNIT_MS[each] === 0) ?? 'ms';
  return `${ms / UNIT_MS[unit]}${unit}`;
}

/** A duration such as `90s`, `10m`, `2h` or `500ms`; a number without a unit is seconds. */
export const duration = (minMs: number, maxMs: number) =>
  z.string().transform((text, context) => {
    const [, digits = '', unit = 's'] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text.trim()) ?? [];
    const ms = Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
    if (digits !== '' && (ms === 0 ? minMs === 0 : ms >= Math.max(1, minMs) && ms <= maxMs)) return ms;
    context.addIssue(`must be a duration such as 30s or 10m, between ${formatMs(minMs)} and ${formatMs(maxMs)}`);
    return z.NEVER;
  });

/** URLs separated by spaces or commas. */
export const targets = z.string().transform((text, context): CheckTarget[] => {
  const entries = text.split(/\s+|,(?=\s*https?:)/).filter(Boolean);
  return entries.flatMap((entry) => {
    try {
      return [parseTarget(entry)];
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
});

/** The certificates of a PEM file. */
export const certificates = z.string().transform((path, context) => {
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
    context.addIssue(`must be a PEM file with certificates: ${path}`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    context.addIssue(`cannot be read (${error.code}): ${path}`);
  }
  return z.NEVER;
});

export const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });

/** `kind=url` pairs separated by commas. */
export const sourceApiUrls = z.string().transform((text, context): SourceApiUrls => {
  const pairs = text.split(',').map((pair) => pair.trim());
  const urls = pairs.filter(Boolean).flatMap((pair): [ApiKind, string][] => {
    const [, name = '', url = ''] = /^([a-z0-9-]+)=(https?:\/\/\S+)$/.exec(pair) ?? [];
    const kind = API_KINDS.find((each) => each === name);
    if (kind && URL.canParse(url)) return [[kind, url]];
    context.addIssue(`must be pairs such as webshare=https://example.com; the kinds are ${API_KINDS.join(', ')}`);
    return [];
  });
  return Object.fromEntries(urls);
});

/** In any case, such as `eur`. */
export const currency = z
  .string()
  .transform((code) => code.trim().toUpperCase())
  .refine(isCurrency, 'must be an ISO 4217 code such as USD or EUR');

export const encryptionKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, 'must be 32 bytes in base64 (create one with: openssl rand -base64 32)');

/** Words instead of a token, which has dots. */
const PLACEHOLDER = /^(?!Bot )[^.]*[a-z] [^.]*$/i;

/** A token as it is copied: with line feeds, blanks, invisible characters, quotes, or the `Bot ` of a header. */
export const discordToken = z
  .string()
  .refine((text) => !PLACEHOLDER.test(text.trim()), 'must be the token itself (developer portal: Bot → Reset Token)')
  .transform((text) =>
    text
      .replace(/[\p{Cf}\p{Cc}"'`]/gu, '')
      .trim()
      .replace(/^Bot\s+/i, '')
      .replace(/\s/gu, ''),
  )
  .refine((token) => /^[\w.-]+$/.test(token), 'contains characters that are not part of a bot token');
