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
  const [from, to] = share < 0.5 ? [BLUES[0], BLUES[1]] : [BLUES[1], BLUES[2]];
  const way = share < 0.5 ? share * 2 : share * 2 - 1;
  const mixed = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number];
    return Math.round(a + (b - a) * way)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}

export const TEXT_SIZE = 12;
const TITLE_SIZE = 13;

export function panelTitle(text: string, left: number, top: number): TitleComponentOption {
  return { text, left, top, padding: 0, textStyle: { color: INK.text, fontSize: TITLE_SIZE, fontWeight: 'bold' } };
}
