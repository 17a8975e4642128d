import { describe, expect, it } from 'vitest';
import { GuestBook } from './guest-book.ts';
import type { Wire } from './wire.ts';

const ENDPOINT = 'ws://127.0.0.1/ws?token=a';

/** A guest with one session and a connection that asked to be its own. */
function begin() {
  const book = new GuestBook();
  const connect = (): Wire => {
    const wire = {} as Wire;
    book.connects(wire, ENDPOINT);
    return wire;
  };
  book.isGranted(ENDPOINT);
  const wire = connect();
  book.says(wire, 'REQUESTED');
  return { book, wire, connect };
}

describe('a guest', () => {
  it('has not ended a session by saying FINISHED', () => {
    const { book, wire } = begin();
    book.says(wire, 'FINISHED');
    expect(book.isOver(ENDPOINT)).toBe(false);
    expect(book.stays(true)).toEqual([[ENDPOINT, wire]]);
  });

  it.each([
    ['the server closes', (book: GuestBook, wire: Wire) => book.seesClose(wire)],
    ['REQUESTED gets EXPIRED', (book: GuestBook, wire: Wire) => book.hears(wire, 'EXPIRED')],
  ])('has ended it when thereupon %s', (_, answer) => {
    const { book, wire } = begin();
    book.says(wire, 'FINISHED');
    answer(book, wire);
    expect(book.isOver(ENDPOINT)).toBe(true);
    // It is no mere word of the server: also one that breaks rules has no such session any more.
    expect(book.stays(false)).toEqual([]);
  });

  it('learns nothing from the close of a connection that has not said FINISHED', () => {
    const { book, wire } = begin();
    book.seesClose(wire);
    expect(book.isOver(ENDPOINT)).toBe(false);
  });

  it('learns nothing from the close of a connection that was superseded before it said FINISHED', () => {
    const { book, wire, connect } = begin();
    book.says(wire, 'FINISHED');
    book.hears(wire, 'TERMINATE');
    book.seesClose(wire);
    expect(book.isOver(ENDPOINT)).toBe(false);
    const newer = connect();
    book.says(newer, 'REQUESTED');
    expect(book.stays(true)).toEqual([[ENDPOINT, newer]]);
  });

  it('takes FINISHED for nothing on a connection that is not the session’s own', () => {
    const { book, connect } = begin();
    const stray = connect();
    book.says(stray, 'FINISHED');
    book.seesClose(stray);
    expect(book.isOver(ENDPOINT)).toBe(false);
  });

  it('doubts the word of a server that breaks rules, and believes OK', () => {
    const { book, wire, connect } = begin();
    book.hears(wire, 'TAKE_OVER');
    expect(book.stays(true)).toEqual([]);
    expect(book.stays(false)).toEqual([[ENDPOINT, undefined]]);
    const newer = connect();
    book.hears(newer, 'OK');
    expect(book.stays(true)).toEqual([[ENDPOINT, newer]]);
  });
});
