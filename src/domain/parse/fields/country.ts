/** ISO 3166-1 alpha-2, with the exceptional codes that providers use: EU and XK. */
const CODES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH ' +
    'CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM ' +
    'GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC ' +
    'LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ ' +
    'OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC ' +
    'TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);

/** Names in use that Intl does not give. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  usa: 'US',
  unitedstatesofamerica: 'US',
  greatbritain: 'GB',
  england: 'GB',
  holland: 'NL',
  czechrepublic: 'CZ',
  turkey: 'TR',
  russianfederation: 'RU',
  korea: 'KR',
  republicofkorea: 'KR',
  macedonia: 'MK',
  burma: 'MM',
  uae: 'AE',
};

let namesByKey: Map<string, string> | undefined;

/** English names, long and short, as the runtime's own ICU data has them; made at the first use. */
function names(): Map<string, string> {
  if (namesByKey) return namesByKey;
  namesByKey = new Map(Object.entries(OTHER_NAMES));
  for (const style of ['long', 'short'] as const) {
    const display = new Intl.DisplayNames('en', { type: 'region', style });
    for (const code of CODES) namesByKey.set(keyOf(display.of(code) ?? code), code);
  }
  return namesByKey;
}

function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('&', 'and')
    .replace(/[^\p{L}]/gu, '');
}

/** An assigned code in upper case, as it stands in a line: `DE`, and `UK`, which everybody writes for GB. Null for anything else. */
export function readCountryCode(text: string): string | null {
  if (text === 'UK') return 'GB';
  return CODES.has(text) ? text : null;
}

/** ISO 3166 alpha-2 code of a code in any case or of an English name (`de`, `Germany`); null where there is no such country. */
export function readCountry(text: string): string | null {
  const trimmed = text.trim();
  return readCountryCode(trimmed.toUpperCase()) ?? names().get(keyOf(trimmed)) ?? null;
}

let prefixes: Set<string> | undefined;

/** Whether an English name of a country begins with these three letters: most words are told from names by them alone. */
export function mayBeginCountry(letters: string): boolean {
  prefixes ??= new Set([...names().keys()].map((key) => key.slice(0, 3)));
  return prefixes.has(letters);
}
