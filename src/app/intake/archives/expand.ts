import type { ByteSource } from '../../../base/index.ts';
import type { ExpandEnd, ExpandLimits, ExpandSink } from './contract.ts';
import { Output, Stopped } from './output.ts';
import type { OpenedFormat } from './recognise.ts';
import { expandGz, expandZst } from './stream.ts';
import { expandTar } from './tar.ts';
import { expandZip } from './zip.ts';

/**
 * Unpack one archive, one level deep. In: its bytes, its format as recognised, its name for people. Out: its members
 * through the sink, one after the other, and faults. Never throws for bad input; what the sink throws comes out.
 */
export async function expand(
  source: ByteSource,
  format: OpenedFormat,
  name: string,
  limits: ExpandLimits,
  sink: ExpandSink,
): Promise<ExpandEnd> {
  const out = new Output(sink, limits);
  try {
    if (format === 'zip') await expandZip(source, out);
    else if (format === 'tar') expandTar(source, out);
    else if (format === 'gz') await expandGz(source, name, out);
    else await expandZst(source, name, out);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return out.finish();
}
