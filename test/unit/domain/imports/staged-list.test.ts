import { expect, test } from 'vitest';
import { stagedListOf } from '../../../../src/domain/imports/staged-list.ts';

test('the part of an import that all lists have is taken from its plan and from what was stored of the list', () => {
  const input = {
    fileName: 'list.csv',
    encoding: 'utf-8',
    unknownColumns: ['Colour'],
    source: { channelId: '1', messageId: '2' },
    lines: 7,
  };
  const expiresAt = new Date(0);
  expect(stagedListOf({ id: 3, state: 'open', cancelledBy: null, expiresAt, input })).toEqual({
    planId: 3,
    state: 'open',
    cancelledBy: null,
    expiresAt,
    fileName: 'list.csv',
    encoding: 'utf-8',
    unknownColumns: ['Colour'],
    source: { channelId: '1', messageId: '2' },
  });
});
