import type { ByteSource } from '../../base/index.ts';
import { formatInstant, slice } from '../../base/index.ts';
import { fieldsOf } from '../../model/index.ts';
import type { RawRecord, Reader, ReadOptions, ReadSink } from '../contract.ts';
import { isChunkHeader, isFileHeader, recordSize } from './chunks.ts';
import { EvtxEvent } from './event.ts';
import { mapFields } from './fields.ts';
import { CHUNK, FILE_HEADER, RECORD_HEADER } from './format.ts';
import { staticLayout } from './layouts.ts';
import { readEvtx } from './read.ts';
import { Strings } from './strings.ts';
import type { Node } from './tree.ts';
import { BinXmlError, TreeReader } from './tree.ts';
import { toXml } from './xml.ts';

/**
 * evtx: Windows event logs as Windows keeps them. In: the bytes of an .evtx file, whole, damaged or still open. Out:
 * Events by Sigma's field names (fields.ts says which), and Faults counted and located.
 *
 * Laws: 3 and 4. All of the file is looked at, chunk by chunk; a broken record or chunk is a Fault and reading goes on
 * behind it. Memory is bounded whatever the file (format.ts names the limits). Two ways lead from bytes to fields: the
 * fast one compiles templates (plans.ts, layouts.ts) and reads values on demand; the slow one (tree.ts) is its twin.
 */
export const evtx: Reader = {
  format: 'evtx',
  title: 'Windows event log (EVTX)',

  sniff(head: Uint8Array, _size: number): number {
    if (isFileHeader(head)) return 100;
    if (
      head.length >= FILE_HEADER + 8 &&
      isChunkHeader(Buffer.from(head.buffer, head.byteOffset, head.length), FILE_HEADER)
    )
      return 95;
    return 0;
  },

  read(source: ByteSource, sink: ReadSink, _options: ReadOptions): void {
    readEvtx(source, sink, 'fast');
  },

  record(source: ByteSource, offset: number, _options: ReadOptions): RawRecord | null {
    if (!Number.isSafeInteger(offset) || offset < FILE_HEADER) return null;
    const start = offset - ((offset - FILE_HEADER) % CHUNK);
    const chunk = Buffer.from(slice(source, start, CHUNK));
    const strings = new Strings(chunk, 1024);
    const at = offset - start;
    const size = recordSize(strings.view, at, chunk.length);
    if (size === 0) return null;
    const event = new EvtxEvent(strings, 0);
    const { nodes, text } = readNodes(new TreeReader(strings, 0, chunk.length), at, size);
    const map = mapFields(nodes);
    event.settle(staticLayout(map.fields, map.cut), offset, 0, at);
    return {
      bytes: chunk.subarray(at, at + size),
      text,
      fields: fieldsOf(event),
      source: event.shape.source,
      stream: event.shape.stream,
      time: formatInstant(event),
      record: event.record,
    };
  },
};

function readNodes(tree: TreeReader, at: number, size: number): { nodes: Node[]; text: string } {
  try {
    const nodes = tree.record(at + RECORD_HEADER, at + size - 4);
    return { nodes, text: toXml(nodes) };
  } catch (e) {
    if (!(e instanceof BinXmlError)) throw e;
    return { nodes: [], text: `<!-- this record could not be read: ${e.message} -->` };
  }
}
