import {
  AMOUNT,
  COUNTRY,
  type Kind,
  link,
  list,
  longText,
  MOMENT,
  nameText,
  shownText,
  text,
} from '../parse/fields/kinds.ts';

/** The declaration that all fields of a proxy share. */
interface Field {
  /**
   * The column in `proxies` and `import_rows`. A secret is stored encrypted, in the column of this name with the suffix
   * `_sealed`.
   */
  column: string;
  /** The label on cards and in modals. Within a sentence it is in lower case: "The label must be ...". */
  label: string;
  /**
   * Other names of the field in file headers, JSON keys and URL queries; without case, blanks, `_` and `-`. If absent,
   * the field is not read from files.
   */
  aliases?: readonly string[];
  /**
   * Encrypted in the database. Only exports with credentials contain it; no card, list, filter, bulk edit or API
   * response does.
   */
  isSecret?: true;
}

/** The declaration of a field that describes a proxy apart from its address. */
export interface Detail extends Field {
  kind: Kind<unknown>;
  /** The name in options of commands, such as `set_cost`, if it differs from the column. */
  option?: string;
  /** People can set it: in a modal and, unless it is secret, by `set_` options and PATCH. */
  isEditable?: true;
  /** The name of its filter in commands and in the API. */
  filter?: string;
  /** An option of an import can set it for all lines that do not contain it. */
  isDefault?: true;
  /** A value in the past has no meaning: an edit refuses it, and a proxy that is restored loses it. */
  isFuture?: true;
  /** Values that look the same are one value, in one spelling. */
  isName?: true;
  /** Explains the format: "New country, such as DE or Germany". */
  hint?: string;
}

/** The address and the credentials of a proxy, which identify it. The parser reads these together. */
export const ADDRESS_FIELDS = {
  host: {
    column: 'host',
    label: 'Host',
    aliases: [
      ...[
        'hostname',
        'server',
        'proxyhost',
        'proxyhostname',
        'gateway',
        'connectionaddress',
        'connectip',
        'connecthost',
        'domain',
        'entry',
        'entrypoint',
        'endpoint',
      ],
      ...['address', 'proxyaddress', 'ip', 'ipaddress', 'iponly', 'proxyip', 'publicip', 'proxyhostip'],
    ],
  },
  port: { column: 'port', label: 'Port', aliases: ['proxyport'] },
  type: { column: 'type', label: 'Type', aliases: ['protocol', 'protocols', 'scheme', 'proxytype', 'proxyprotocol'] },
  username: {
    column: 'username',
    label: 'Username',
    aliases: ['user', 'login', 'proxyuser', 'proxylogin', 'proxyusername'],
    kind: text(255),
  },
  password: {
    column: 'password',
    label: 'Password',
    aliases: ['pass', 'pwd', 'passwd', 'proxypass', 'proxypassword'],
    kind: text(255),
    isSecret: true,
  },
} as const satisfies Record<string, Field & { kind?: Kind<string | null> }>;

/**
 * Every other field of a proxy, in the order of cards, modals and files. All handling of fields follows from here: the
 * columns that an import reads, stages and writes, edits and filters in Discord and the API, exports, cards and
 * previews.
 */
export const DETAIL_FIELDS = {
  provider: {
    column: 'provider',
    label: 'Provider',
    aliases: ['isp', 'ispname', 'vendor'],
    kind: nameText(100),
    isName: true,
    isEditable: true,
    filter: 'provider',
    isDefault: true,
  },
  country: {
    column: 'country',
    label: 'Country',
    aliases: ['countrycode', 'countryname', 'countryalpha2', 'countryalpha3', 'cc', 'geo', 'proxygeo', 'location'],
    kind: COUNTRY,
    isEditable: true,
    filter: 'country',
    isDefault: true,
    hint: 'such as DE or Germany',
  },
  city: { column: 'city', label: 'City', aliases: ['cityname'], kind: shownText(100), isEditable: true },
  label: {
    column: 'label',
    label: 'Label',
    aliases: ['name', 'title', 'remark'],
    kind: shownText(100),
    isEditable: true,
    isDefault: true,
  },
  tags: {
    column: 'tags',
    label: 'Tags',
    aliases: ['tag', 'group'],
    kind: list({ items: 20, chars: 50 }, 'tag'),
    isEditable: true,
    filter: 'tag',
    hint: 'as a, b, or as changes +a -b',
  },
  notes: {
    column: 'notes',
    label: 'Notes',
    aliases: ['note', 'comment', 'descr', 'description'],
    kind: longText(1000),
    isEditable: true,
  },
  expiresAt: {
    column: 'expires_at',
    label: 'Expiry',
    aliases: [
      ...['expires', 'expiry', 'expiration', 'expirationdate', 'expirydate', 'expiredate', 'expireat', 'validuntil'],
      ...['dateend', 'enddate', 'ends', 'proxyexp', 'unixtimeend'],
    ],
    kind: MOMENT,
    option: 'expiry',
    isEditable: true,
    isFuture: true,
    hint: 'such as 2026-12-31 or 2026-12-31 18:00',
  },
  monthlyCost: {
    column: 'monthly_cost',
    label: 'Monthly cost',
    aliases: ['cost', 'price'],
    kind: AMOUNT,
    option: 'cost',
    isEditable: true,
    hint: 'such as 12.50',
  },
  changeIpUrl: {
    column: 'change_ip_url',
    label: 'Change-IP link',
    aliases: [
      ...['changeiplink', 'refreshurl', 'refreshlink', 'rotateurl', 'rotateipurl', 'rotationurl', 'rotationlink'],
      ...['linkreboot', 'rebootlink', 'proxychangeipurl'],
    ],
    kind: link(2000),
    isEditable: true,
    isSecret: true,
  },
  externalId: { column: 'external_id', label: 'External ID', kind: text(255) },
} as const satisfies Record<string, Detail>;

type Declared = typeof DETAIL_FIELDS;
export type DetailKey = keyof Declared;
type KeysWith<P> = { [K in DetailKey]: Declared[K] extends P ? K : never }[DetailKey];

export type SecretKey = KeysWith<{ isSecret: true }>;
/** The fields that cards, lists, filters and the API may show. */
export type PlainKey = Exclude<DetailKey, SecretKey>;
export type EditableKey = Exclude<KeysWith<{ isEditable: true }>, SecretKey>;
export type DefaultKey = KeysWith<{ isDefault: true }>;
/** Fields with a filter, and the names of their filters. */
export type FilterKey = KeysWith<{ filter: string }>;
type OptionOf<F> = F extends { option: infer O extends string }
  ? O
  : F extends { column: infer C extends string }
    ? C
    : never;
/** The options of commands that set fields. */
export type SetOption = `set_${OptionOf<Declared[EditableKey]>}`;
export type FieldFilter = Declared[FilterKey]['filter'];

/** The kind of a field's value. */
export type KindOf<K extends DetailKey> = Declared[K]['kind']['name'];
export type ValueOf<K extends DetailKey> = Declared[K]['kind'] extends Kind<infer T> ? T : never;
/** The values of a proxy's fields apart from its address. The `none` of a kind means not given. */
export type Details = { [K in DetailKey]: ValueOf<K> };
export type PlainDetails = Pick<Details, PlainKey>;

/** The declaration of a field, without the narrower type of this one. */
export const detail = (key: DetailKey): Detail => DETAIL_FIELDS[key];

export const DETAIL_KEYS = Object.keys(DETAIL_FIELDS) as DetailKey[];
const keysWhere = <K extends DetailKey>(isMeant: (field: Detail) => boolean) =>
  DETAIL_KEYS.filter((key) => isMeant(detail(key))) as K[];

export const SECRET_KEYS = keysWhere<SecretKey>((field) => field.isSecret ?? false);
export const PLAIN_KEYS = keysWhere<PlainKey>((field) => !field.isSecret);
export const FILTER_KEYS = keysWhere<FilterKey>((field) => field.filter !== undefined);
export const FIELD_FILTERS = FILTER_KEYS.map((key): FieldFilter => DETAIL_FIELDS[key].filter);
export const EDITABLE_KEYS = keysWhere<EditableKey>((field) => (field.isEditable && !field.isSecret) ?? false);

/** The fields that a modal edits, including secrets. */
export const MODAL_KEYS = DETAIL_KEYS.filter((key) => detail(key).isEditable);
/** The fields that an option of an import can set for all lines that do not contain them. */
export const DEFAULT_KEYS = keysWhere<DefaultKey>((field) => field.isDefault ?? false);

/** The option of a command that sets a field. */
export function setOptionOf(key: EditableKey): SetOption {
  const { option, column } = detail(key);
  return `set_${option ?? column}` as SetOption;
}

/** The label of a field within a sentence. */
export function nounOf({ label }: Pick<Detail, 'label'>): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** The field in the description of an option or parameter: "country, such as DE or Germany". */
export function hintOf(field: Pick<Detail, 'label' | 'hint'>): string {
  return field.hint ? `${nounOf(field)}, ${field.hint}` : nounOf(field);
}
