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

export const TEXT_SIZE = 12;
const TITLE_SIZE = 13;

export function panelTitle(text: string, left: number, top: number): TitleComponentOption {
  return { text, left, top, padding: 0, textStyle: { color: INK.text, fontSize: TITLE_SIZE, fontWeight: 'bold' } };
}
