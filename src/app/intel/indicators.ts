import { claimText, type Provenance } from '../../knowledge/claims/index.ts';
import { readIndicatorList } from '../../knowledge/indicators/list.ts';
import type { Members } from '../../knowledge/stix/index.ts';
import type { Indicator } from '../../model/index.ts';

/** What the readers of indicators make of one object or list, in the words of an import. */
interface Found {
  readonly indicators: readonly Indicator[];
  readonly faults: readonly { readonly code: string; readonly at: string; readonly message: string }[];
}

export function objectIndicators(
  _f: 'stix' | 'misp',
  _o: Members,
  _p: Provenance,
  _l: (id: string) => Members | null,
): Found {
  return { indicators: [], faults: [] };
}

export function fileIndicators(text: string, name: string, provenance: Provenance): Found & { readonly lines: number } {
  const { indicators, faults } = readIndicatorList(text, { ...provenance, where: claimText(name, 200) });
  return {
    indicators,
    faults: faults.map(({ code, where, message }) => ({ code, at: where, message })),
    lines: indicators.length + faults.length,
  };
}
