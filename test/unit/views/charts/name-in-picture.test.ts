import { expect, test } from 'vitest';
import { fontFile, openFont } from '../../../../src/services/pictures/font-metrics.ts';
import { nameInPicture } from '../../../../src/views/charts/name-in-picture.ts';

const BASIC_PLANE = 0xffff;
const SURROGATES = [0xd800, 0xdfff] as const;

test('whatever is written in full has glyphs in both faces', () => {
  const faces = [openFont(fontFile('regular')), openFont(fontFile('bold'))];
  const missing: string[] = [];
  for (let point = 0x20; point <= BASIC_PLANE; point++) {
    if (point >= SURROGATES[0] && point <= SURROGATES[1]) continue;
    const char = String.fromCodePoint(point);
    // Characters without a meaning yet, and invisible ones, do not belong to a name.
    if (/\p{Cn}/u.test(char)) continue;
    const shown = nameInPicture(`a${char}b`, 7);
    if (shown === '#7') continue;
    for (const part of shown) if (!faces.every((face) => face.hasGlyph(part.codePointAt(0) ?? 0))) missing.push(part);
  }
  expect(missing).toEqual([]);
});

test.each([
  ['Amber Rose', 'Amber Rose'],
  ['Zoë Müller', 'Zoë Müller'],
  ['Анна', 'Анна'],
  ['שירה', 'שירה'],
  ['مريم', 'مريم'],
  ['Bella 🌹', 'Bella'],
  ['a{b|c}', "a'b|c'"],
  ['two\nlines', 'two lines'],
])('%j is written as %j', (name, shown) => {
  expect(nameInPicture(name, 7)).toBe(shown);
});

test.each(['花子', 'はなこ', '지우', 'สมหญิง', 'प्रिया', '🌹', ' ', ''])('%j is drawn as its number', (name) => {
  expect(nameInPicture(name, 7)).toBe('#7');
});
