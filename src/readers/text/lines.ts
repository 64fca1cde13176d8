import type { ByteSource } from '../../base/index.ts';

/** A line of a text log: a view valid only until the next one. */
export interface Line {
  /** offset of its first byte in the source */
  offset: number;
  /** 1-based */
  number: number;
  /** the chunk of memory it lies in; the line is bytes[start, end) without its line end (LF or CRLF) */
  bytes: Buffer;
  start: number;
  end: number;
  /** longer than the limit: only the first `maxBytes` bytes are here */
  cut: boolean;
  /** the last line, and no line end behind it */
  unterminated: boolean;
  /** whole length in the source, without the line end */
  length: number;
}

const BLOCK = 1024 * 1024;

/**
 * Walk a source line by line with bounded memory (one block plus the longest allowed line), whatever the lengths
 * claim: a 100 MB line is passed over in blocks and reported as `cut`. `each` gets the same Line object every time.
 * Returning false stops. A UTF-8 BOM at the start is skipped.
 */
export function eachLine(
  source: ByteSource,
  maxBytes: number,
  each: (line: Line) => unknown,
  progress?: (bytes: number) => void,
  from = 0,
): void {
  let block = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(1, source.size - from)));
  const line: Line = {
    offset: from,
    number: 0,
    bytes: block,
    start: 0,
    end: 0,
    cut: false,
    unterminated: false,
    length: 0,
  };
  let blockAt = from; // offset in the source of block[0]
  let filled = 0;
  let start = 0; // of the current line in block
  let dropped = 0; // bytes of the current line already thrown away beyond maxBytes
  let keep = -1; // end of the kept head of a too long line, or -1
  const give = (end: number, lineOffset: number, unterminated: boolean): boolean => {
    line.number++;
    line.offset = lineOffset;
    line.bytes = block;
    line.start = start;
    line.cut = keep >= 0;
    line.length = end - start + dropped;
    line.end = keep >= 0 ? keep : end;
    if (!line.cut && line.end > start && block[line.end - 1] === 13) {
      line.end--;
      line.length--;
    }
    line.unterminated = unterminated;
    if (
      line.number === 1 &&
      from === 0 &&
      line.end - start >= 3 &&
      block[start] === 0xef &&
      block[start + 1] === 0xbb &&
      block[start + 2] === 0xbf
    ) {
      line.start += 3;
    }
    return each(line) !== false;
  };
  let lineOffset = from;
  for (;;) {
    const got = source.read(blockAt + filled, block.subarray(filled));
    const searchFrom = filled;
    filled += got;
    let scan = keep >= 0 ? Math.max(searchFrom, keep) : searchFrom;
    for (;;) {
      const nl = block.subarray(0, filled).indexOf(10, scan);
      if (nl < 0) break;
      if (keep < 0 && nl - start > maxBytes) keep = start + maxBytes;
      if (!give(nl, lineOffset, false)) return;
      lineOffset = blockAt + nl + 1;
      start = nl + 1;
      scan = start;
      keep = -1;
      if (dropped > 0) {
        lineOffset = blockAt + nl + 1;
        dropped = 0;
      }
    }
    progress?.(blockAt + filled - from);
    if (got === 0) {
      if (filled > start || dropped > 0) give(filled, lineOffset, true);
      return;
    }
    // Carry the unfinished line to the front of a block with room behind it.
    const rest = filled - start;
    if (rest > maxBytes) {
      // Too long: keep the head, forget what follows it, go on from here.
      if (start > 0) block.copyWithin(0, start, start + maxBytes);
      const gone = rest - maxBytes;
      dropped += gone;
      blockAt += start + gone;
      start = 0;
      filled = maxBytes;
      keep = maxBytes;
      if (block.length < maxBytes + BLOCK) {
        const bigger = Buffer.allocUnsafe(maxBytes + BLOCK);
        block.copy(bigger, 0, 0, filled);
        block = bigger;
      }
    } else {
      if (start > 0) block.copyWithin(0, start, filled);
      blockAt += start;
      filled = rest;
      start = 0;
      if (block.length - filled < BLOCK / 2) {
        const bigger = Buffer.allocUnsafe(Math.min(block.length * 2, maxBytes + BLOCK) + BLOCK);
        block.copy(bigger, 0, 0, filled);
        block = bigger;
      }
    }
  }
}

/** The line as text; invalid UTF-8 becomes U+FFFD and `lossy` says so. */
export function lineText(line: Line): string {
  return line.bytes.toString('utf8', line.start, line.end);
}
