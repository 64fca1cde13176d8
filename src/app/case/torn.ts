import { begunBy, isOwn } from './own.ts';
import type { CaseWorld, Station } from './world.ts';

/**
 * What a killed writer left of a line or a note was never acknowledged: its owner, and only he, cuts it off. Under the
 * lock. `takeOver`: a journal that becomes ours.
 */
export function cutTorn(world: CaseWorld, station: Station, takeOver?: string): void {
  const index = world.index.open();
  const rows = index?.folders() ?? [];
  index?.close();
  const begun = begunBy(station, world.file.id);
  const ours = rows.filter((r) => r.journal === takeOver || isOwn(r, station)).map((r) => r.name);
  for (const { name, entries, checkpoints } of world.shelf.list().folders) {
    if (!begun.has(name) && !ours.includes(name)) continue;
    const over = afterLastLine(world.shelf.read(name, 'entries', Math.max(0, entries - LINE_BYTES)));
    if (over > 0) world.shelf.cut(name, 'entries', entries - over);
    const whole = wholeNotes(world.shelf.read(name, 'checkpoints'));
    if (whole < checkpoints) world.shelf.cut(name, 'checkpoints', whole);
  }
}

/** A line and more: where the last one begins is within. */
const LINE_BYTES = 2 * 1024 * 1024;

/** How many bytes stand after the last newline. */
function afterLastLine(tail: Uint8Array): number {
  return tail.length - 1 - tail.lastIndexOf(0x0a);
}

/** Where the last whole note ends: after a line that begins with an em dash. */
function wholeNotes(bytes: Uint8Array): number {
  const notes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let end = notes.lastIndexOf(0x0a); end > 0; end = notes.lastIndexOf(0x0a, end - 1)) {
    const start = notes.lastIndexOf(0x0a, end - 1) + 1;
    if (notes.subarray(start, start + DASH.length).equals(DASH)) return end + 1;
  }
  return 0;
}

const DASH = Buffer.from('— ');
