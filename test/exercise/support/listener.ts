import { days } from '../../../exercise/calendar.ts';
import type { Act, Plot, Process, Verbs } from '../../../exercise/contract.ts';

/** One call of a verb by a plot. */
export interface Heard {
  readonly verb: keyof Verbs;
  readonly ms: number;
  readonly act: Act | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Plays plots for every day of a span and writes nothing: what they call is listened to. */
export function listen(plots: readonly Plot[], span: { readonly from: number; readonly to: number }): Heard[] {
  const heard: Heard[] = [];
  let day = 0;
  let id = 4000;
  const verbs = new Proxy({} as Verbs, {
    get: (_, verb: keyof Verbs) => (facts: { ms: number; act?: Act } & Readonly<Record<string, unknown>>) => {
      if (facts.ms < day) throw new RangeError(`${verb} writes before its day: ${new Date(facts.ms).toISOString()}`);
      heard.push({ verb, ms: facts.ms, act: facts.act, facts });
      return { ...facts, inside: '10.20.50.9', session: 'session', id: id++, logonId: 1 } as unknown as Process;
    },
  });
  for (day of days(span.from, span.to)) for (const plot of plots) plot.day(day, verbs);
  return heard;
}
