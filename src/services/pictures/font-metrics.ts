import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sumOf } from '../../domain/sum.ts';

/** The font of the pictures. It is part of the package, so that a picture looks the same on every machine. */
export const FONT_FAMILY = 'DejaVu Sans';
const FACES = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const;

export function fontFile(face: keyof typeof FACES): string {
  return fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${FACES[face]}`));
}

/** The measurements of a font that a layout needs. */
export interface FontMetrics {
  /** Advance width of a text in the unit of `size`, without kerning. */
  widthOf(text: string, size: number): number;
  hasGlyph(codePoint: number): boolean;
}

const OFFSET_TABLE = 12;
const TABLE_RECORD = 16;
const LONG_METRIC = 4;
/** "Segmented coverage": all of Unicode, in groups of 12 bytes. */
const CMAP_FORMAT = 12;
const CMAP_GROUP = 12;

/**
 * Reads advance widths and coverage from a TrueType file (OpenType specification: head, hhea, hmtx, cmap format 12).
 *
 * @throws Error if the file lacks these tables
 */
export function openFont(path: string): FontMetrics {
  const bytes = readFileSync(path);
  const tables = tableOffsets(bytes);
  const at = (tag: string) => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new Error(`the font has no table ${tag}`);
    return offset;
  };
  const unitsPerEm = bytes.readUInt16BE(at('head') + 18);
  const longMetrics = bytes.readUInt16BE(at('hhea') + 34);
  const glyphOf = characterMap(bytes, at('cmap'));
  // Glyphs beyond the long metrics have the width of the last one.
  const advance = (glyph: number) =>
    bytes.readUInt16BE(at('hmtx') + LONG_METRIC * Math.min(glyph, longMetrics - 1)) / unitsPerEm;
  const widths = new Map<number, number>();
  const widthOfPoint = (point: number) => {
    const width = widths.get(point) ?? advance(glyphOf(point));
    widths.set(point, width);
    return width;
  };
  return {
    widthOf: (text, size) => size * sumOf(text, (char) => widthOfPoint(char.codePointAt(0) ?? 0)),
    hasGlyph: (codePoint) => glyphOf(codePoint) !== 0,
  };
}

function tableOffsets(bytes: Buffer): Map<string, number> {
  const count = bytes.readUInt16BE(4);
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const record = OFFSET_TABLE + index * TABLE_RECORD;
      return [bytes.toString('latin1', record, record + 4), bytes.readUInt32BE(record + 8)];
    }),
  );
}

/** Maps a code point to its glyph; 0 if there is none. */
function characterMap(bytes: Buffer, cmap: number): (codePoint: number) => number {
  const subtables = Array.from(
    { length: bytes.readUInt16BE(cmap + 2) },
    (_, index) => cmap + bytes.readUInt32BE(cmap + 4 + index * 8 + 4),
  );
  const subtable = subtables.find((offset) => bytes.readUInt16BE(offset) === CMAP_FORMAT);
  if (subtable === undefined) throw new Error(`the font has no character map of format ${CMAP_FORMAT}`);
  const groups = Array.from({ length: bytes.readUInt32BE(subtable + 12) }, (_, index) => {
    const group = subtable + 16 + index * CMAP_GROUP;
    return {
      first: bytes.readUInt32BE(group),
      last: bytes.readUInt32BE(group + 4),
      glyph: bytes.readUInt32BE(group + 8),
    };
  });
  return (codePoint) => {
    const group = groups.find(({ first, last }) => first <= codePoint && codePoint <= last);
    return group ? group.glyph + codePoint - group.first : 0;
  };
}
