/**
 * ISO 3166-1: each alpha-2 code with its alpha-3 code behind it, and the two exceptional codes that providers use: XK with the XKX of
 * common use, and EU, which has none.
 */
const PAIRS = (
  'ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA ' +
  'BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG ' +
  'CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU ' +
  'EEEST EGEGY EHESH ERERI ESESP ETETH EU FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB ' +
  'GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ' +
  'ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ ' +
  'LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR ' +
  'MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR ' +
  'NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ' +
  'ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP ' +
  'SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR ' +
  'UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF ZMZMB ZWZWE'
).split(' ');

const CODES = new Set(PAIRS.map((pair) => pair.slice(0, 2)));
const BY_ALPHA_3 = new Map(PAIRS.filter((pair) => pair.length === 5).map((pair) => [pair.slice(2), pair.slice(0, 2)]));

/** Names in use that Intl does not give. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
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

/** An assigned code in upper case, as lines contain it: `DE`, and `UK`, which many write for GB. Null for anything else. */
export function readCountryCode(text: string): string | null {
  if (text === 'UK') return 'GB';
  return CODES.has(text) ? text : null;
}

const LETTERS = 26;
const CAPITAL_A = 65;
/** The same by both letters; undefined until it has been looked up. */
const KNOWN_CODES: (string | null | undefined)[] = new Array(LETTERS ** 2);

/** The same for `text[at, at + 2)`, without making a text of it: this is asked for every line of some files. */
export function readCountryCodeAt(text: string, at: number): string | null {
  const first = text.charCodeAt(at) - CAPITAL_A;
  const second = text.charCodeAt(at + 1) - CAPITAL_A;
  if (!(first >= 0 && first < LETTERS && second >= 0 && second < LETTERS)) return null;
  const index = first * LETTERS + second;
  const known = KNOWN_CODES[index];
  if (known !== undefined) return known;
  const code = readCountryCode(text.slice(at, at + 2));
  KNOWN_CODES[index] = code;
  return code;
}

/** ISO 3166-1 alpha-2 code of a code in any case or of an English name (`de`, `DEU`, `uk`, `Germany`); null if there is no such country. */
export function readCountry(text: string): string | null {
  const trimmed = text.trim();
  const upper = trimmed.toUpperCase();
  return readCountryCode(upper) ?? BY_ALPHA_3.get(upper) ?? names().get(keyOf(trimmed)) ?? null;
}

let prefixes: Set<string> | undefined;

/** Whether an English name of a country begins with these three letters: they suffice to rule out most words. */
export function mayBeginCountry(letters: string): boolean {
  prefixes ??= new Set([...names().keys()].map((key) => key.slice(0, 3)));
  return prefixes.has(letters);
}
