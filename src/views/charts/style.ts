import type { TitleComponentOption } from 'echarts';

/**
 * Discord does not say whether its reader has the dark or the light theme, so a picture is a card of its own: light ink on a dark ground,
 * which stands out on white as a screenshot does, and sits quietly on dark, where most of Discord is read.
 */
export const INK = { card: '#1b1c20', text: '#f2f3f5', muted: '#b5bac1', line: '#43464d' } as const;

/** Colours that people with any colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008). */
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
