/**
 * zeek: the logs of the Zeek network monitor, any of them. In: TSV with its header, or JSON lines. Out: one Event a
 * record, fields under Zeek's own names, product `zeek`, service = the log's path (`conn`, `dns`, …), stream
 * `zeek-<path>`. Times are UTC by definition. `-` (unset) is an absent field, `(empty)` an empty one.
 */
import type { Reader } from '../contract.ts';
import { lineReader } from '../text/line-reader.ts';
import { jsonFormat } from './json.ts';
import { tsvFormat } from './tsv.ts';

export const zeekTsv: Reader = lineReader(tsvFormat);
export const zeekJson: Reader = lineReader(jsonFormat);
