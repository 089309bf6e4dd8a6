import type { TitleComponentOption } from 'echarts';

/**
 * The theme of the reader is not known, so a chart is a card of its own: light text on a dark background, which reads well in both
 * themes.
 */
export const INK = { card: '#1b1c20', text: '#f2f3f5', muted: '#b5bac1', line: '#43464d' } as const;

/** Colors that people with any color vision can distinguish (Okabe and Ito, "Color Universal Design", 2008). */
export const COLOR = {
  orange: '#e69f00',
  sky: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermilion: '#d55e00',
  purple: '#cc79a7',
  grey: '#868b94',
} as const;

/** From a little to full, evenly. */
const BLUES = ['#c6e4f7', COLOR.sky, COLOR.blue] as const;

/** A blue between the palest (0) and the darkest (1) one. */
export function blueAt(share: number): string {
  return share < 0.5 ? mix(BLUES[0], BLUES[1], share * 2) : mix(BLUES[1], BLUES[2], share * 2 - 1);
}

const SERIES = [COLOR.orange, COLOR.sky, COLOR.green, COLOR.yellow, COLOR.purple, COLOR.vermilion];
/** Each round takes the colors of `SERIES` in a lightness of its own: as they are, paler, darker. */
const ROUNDS: readonly { towards: string; share: number }[] = [
  { towards: '#ffffff', share: 0 },
  { towards: '#ffffff', share: 0.6 },
  { towards: INK.card, share: 0.25 },
];

/** Number of colors of `seriesColor`. */
export const SERIES_COLORS = SERIES.length * ROUNDS.length;

/** A color of its own for each of the first 18 items of a series. */
export function seriesColor(at: number): string {
  const { towards, share } = ROUNDS[Math.floor(at / SERIES.length) % ROUNDS.length] as (typeof ROUNDS)[number];
  return mix(SERIES[at % SERIES.length] as string, towards, share);
}

/** A color on the way from one to another. */
function mix(from: string, to: string, share: number): string {
  const mixed = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}

/** Size of a chart in points. A phone shows it at two thirds of this width, at which its text can still be read. */
export const CHART_WIDTH = 400;
export const CHART_MARGIN = 16;
export const TEXT_SIZE = 14;
const TITLE_SIZE = 15;

export function panelTitle(text: string, left: number, top: number): TitleComponentOption {
  return { text, left, top, padding: 0, textStyle: { color: INK.text, fontSize: TITLE_SIZE, fontWeight: 'bold' } };
}
