import { expect, test } from 'vitest';
import { FileError } from '../../../../src/domain/parse/file-error.ts';
import { DETAIL_FIELDS, nounOf } from '../../../../src/domain/proxies/fields.ts';
import { read } from './read.ts';

const PIECES = [
  ...[
    '@',
    ':',
    ' ',
    '[',
    ']',
    '1:',
    'a@1:',
    '/1',
    '?cc=',
    '#a=',
    '"',
    '",',
    '`',
    '“',
    '::',
    '\u200b',
    '\t ',
    '|',
    '(',
    '{',
    '1.1.1.1:1/',
  ],
  ...[
    'a.b:1 ',
    'http://',
    '://',
    '=',
    '1.1.1.1:1;',
    'DE ',
    'x:https://a',
    '[https://a',
    '<',
    '- ',
    '1,',
    '%41',
    "'",
    'a:b@c.d:1#',
  ],
];
const PREFIXES = ['', '203.0.113.7:8080:ann:', 'http://', '"x,"y"', 'ann:'];
const ENDINGS = ['', '"x,"y"', '@203.0.113.7:80', ' x', '}', ']'];
/** A shorter time says nothing: other things run on the same processor. */
const TOO_SHORT_MS = 40;

/** The shortest of three, by the processor's clock. No more are made after one that is not longer than `enough`. */
function shortest(work: () => unknown, enough = 0): number {
  let found = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && found > enough; run++) {
    const started = process.cpuUsage();
    work();
    found = Math.min(found, process.cpuUsage(started).user / 1000);
  }
  return found;
}

/** The time for a text four times as long is four times as long; sixteen times would be the square. */
function expectLinear(work: (length: number) => unknown): void {
  const long = shortest(() => work(16_000), TOO_SHORT_MS);
  if (long <= TOO_SHORT_MS) return;
  const times = (length: number) =>
    Math.max(
      shortest(() => work(length)),
      1,
    );
  const ratios = [long / times(4_000)];
  // Other work of the machine can slow one measurement, but not all of them.
  while (Math.min(...ratios) >= 8 && ratios.length < 4) ratios.push(times(16_000) / times(4_000));
  expect(Math.min(...ratios)).toBeLessThan(8);
}

test.each(PIECES)('a line full of %j takes time in proportion to its length', (piece) => {
  for (const prefix of PREFIXES) {
    for (const ending of ENDINGS) {
      expectLinear((length) => {
        const line = `${prefix}${piece.repeat(length / piece.length)}${ending}`;
        read(`203.0.113.1:1\n${line}\n${line}`);
      });
    }
  }
});

const FILES: Record<string, (piece: string) => string> = {
  'a cell': (text) => `host,port,cost,expires,country,tags\n203.0.113.1,1,${text},${text},${text},${text}`,
  'a cell in quotes': (text) => `host,port,notes\n203.0.113.1,1,"${text}"`,
  'a header': (text) => `host,port,${text}\n203.0.113.1,1,x`,
  'a title above a header': (text) => `${text}\nhost,port\n203.0.113.1,1`,
  'a JSON value': (text) =>
    JSON.stringify([{ host: '203.0.113.1', port: 1, cost: text, expires: text, type: text, proxy: text }]),
  'a JSON key': (text) => JSON.stringify([{ host: '203.0.113.1', port: 1, [text]: text }]),
  'a line of JSON': (text) => `{"host":"203.0.113.1","port":1}\n{"host":${text}`,
};

test.each(Object.entries(FILES))('%s full of anything takes time in proportion to its length', (_, fileOf) => {
  for (const piece of [...PIECES, '1 ', "1'", 'aa', '$ ', '\n', '{"a":', '-']) {
    expectLinear((length) => {
      try {
        read(fileOf(piece.repeat(length / piece.length)));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
      }
    });
  }
});

test.each(Object.entries(DETAIL_FIELDS))('a value of %s takes time in proportion to its length', (_, field) => {
  for (const piece of [...PIECES, '1 ', "1'", 'aa', '$ ', '1/', '1.', 'Jan ', '-']) {
    for (const [before, behind] of [
      ['', ''],
      ['$', 'x'],
      ['1', ' x'],
      ['https://', ' '],
    ]) {
      expectLinear((length) =>
        field.kind.read(`${before}${piece.repeat(length / piece.length)}${behind}`, nounOf(field)),
      );
    }
  }
});

test.each([
  ['lists', '{"a":[', ']}', 20],
  ['objects', '{"a":', '}', 40],
])('nested %s take time in proportion to their depth', (_, opening, closing, depth) => {
  for (const innermost of ['{"host":"203.0.113.1","port":1}', '{"x":1}']) {
    const readNested = (levels: number) => {
      try {
        read(opening.repeat(levels) + innermost + closing.repeat(levels));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
      }
    };
    // If the work multiplied with each level, the thousand levels below would never end: this fails first.
    expect(shortest(() => readNested(depth))).toBeLessThan(TOO_SHORT_MS * 10);
    expectLinear((length) => readNested(length / 16));
  }
});
