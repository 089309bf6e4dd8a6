/** A place in a text, and the number of the line there. */
export interface Place {
  from: number;
  line: number;
}

export interface CsvRecord {
  /** Where it begins, 1-based. */
  line: number;
  /** Null if its quotes are broken; the next record is then the next line. */
  cells: string[] | null;
  /** How long it is, in characters. */
  length: number;
}

const QUOTE = 34;
const LF = 10;
const CR = 13;

/**
 * Reads CSV (RFC 4180: quotes around a cell, doubled inside, line ends inside quotes), a record at a time. Line ends are LF, CR
 * or CRLF. A quote that is never closed spoils its own line alone.
 *
 * @param start where the first record begins
 * @param maxChars the longest quoted cell
 */
export function* readCsv(text: string, start: Place, delimiter: string, maxChars: number): Generator<CsvRecord> {
  const mark = delimiter.charCodeAt(0);
  const cellEnd = endingAt(delimiter);
  const lineEnd = endingAt('');
  let { from: at, line } = start;
  while (at < text.length) {
    const from = at;
    const cells: string[] = [];
    let lines = 0;
    let isBroken = false;
    for (;;) {
      let end = at;
      if (text.charCodeAt(at) === QUOTE) {
        end = closingQuote(text, at, maxChars);
        isBroken = end < 0 || !endsCell(text, end + 1, mark);
        if (isBroken) break;
        const cell = text.slice(at + 1, end);
        lines += countLineEnds(cell);
        cells.push(cell.replaceAll('""', '"'));
        end++;
      } else {
        end = find(cellEnd, text, at);
        cells.push(text.slice(at, end));
      }
      at = end;
      if (text.charCodeAt(at) !== mark) break;
      at++;
    }
    if (isBroken) {
      at = find(lineEnd, text, from);
      lines = 0;
    }
    yield { line, cells: isBroken ? null : cells, length: at - from };
    at += text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
    line += lines + 1;
  }
}

/** A search for the end of a cell or, without a delimiter, of a line. A regular expression runs several times faster here than a loop. */
function endingAt(delimiter: string): RegExp {
  return new RegExp(
    `[${delimiter === '' ? '' : `\\x${delimiter.charCodeAt(0).toString(16).padStart(2, '0')}`}\\r\\n]`,
    'g',
  );
}

function find(ending: RegExp, text: string, from: number): number {
  ending.lastIndex = from;
  return ending.test(text) ? ending.lastIndex - 1 : text.length;
}

function endsCell(text: string, at: number, mark: number): boolean {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === mark || code === LF || code === CR;
}

/** The place of the quote that closes the one at `from`; -1 if it is never closed. */
function closingQuote(text: string, from: number, maxChars: number): number {
  for (let at = from + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || at - from > maxChars) return -1;
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
}

function countLineEnds(cell: string): number {
  return cell.match(/\r\n?|\n/g)?.length ?? 0;
}
