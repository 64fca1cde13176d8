import { ENTRY_KINDS, type EntryKind, type IgnoredCode, KEY_KINDS, type Payload } from '../model/index.ts';

/**
 * Corrections and retractions of one journal. An answer stands after what it answers (an id is a hash), so going backwards
 * every answer is settled before the entry it speaks of: a retraction may itself be retracted, a correction corrected.
 */
export interface Answer {
  readonly id: string;
  readonly index: number;
  readonly kind: 'correction' | 'retraction';
  readonly target: string;
  /** of a correction, unless withheld */
  readonly payload?: Payload<'correction'>;
}

export interface Effect {
  readonly standing: 'stands' | 'corrected' | 'retracted';
  readonly answers: readonly string[];
  /** what it says now; null: corrected by something withheld */
  readonly payload: unknown;
}

export class Answers {
  readonly faults: { entry: string; code: IgnoredCode }[] = [];
  readonly #byTarget: Map<string, Answer[]>;
  /** an answer's own effect, asked for by whoever it answers */
  readonly #settled = new Map<string, Effect>();
  readonly #misfits = new Set<string>();

  constructor(answers: readonly Answer[]) {
    this.#byTarget = Map.groupBy(answers, (a) => a.target);
    for (const answer of [...answers].sort((a, b) => b.index - a.index)) {
      this.#settled.set(answer.id, this.#effect(answer.id, answer.kind, answer.payload));
    }
  }

  #answersTo(target: string): readonly Answer[] {
    return this.#byTarget.get(target) ?? [];
  }

  /** How an entry of the journal reads after its answers; null when nothing answers it. */
  effectOn(id: string, kind: EntryKind, payload: unknown): Effect | null {
    const settled = this.#settled.get(id);
    if (settled) return settled.answers.length > 0 ? settled : null;
    if (!this.#byTarget.has(id)) return null;
    if (KEY_KINDS.has(kind)) {
      for (const a of this.#answersTo(id)) this.faults.push({ entry: a.id, code: 'ANSWER_KEY' });
      return null;
    }
    return this.#effect(id, kind, payload);
  }

  #effect(id: string, kind: EntryKind, payload: unknown): Effect {
    const live = this.#answersTo(id).filter((a) => this.#settled.get(a.id)?.standing !== 'retracted');
    const fitting = live.filter((a) => this.#fits(a, kind)).sort((a, b) => a.index - b.index);
    const answers = fitting.map((a) => a.id);
    if (fitting.some((a) => a.kind === 'retraction')) return { standing: 'retracted', answers, payload };
    const last = fitting.at(-1);
    if (!last) return { standing: 'stands', answers, payload };
    return { standing: 'corrected', answers, payload: this.#replacement(last) ?? null };
  }

  #replacement(answer: Answer): unknown {
    return (this.#settled.get(answer.id)?.payload as Payload<'correction'> | null | undefined)?.payload;
  }

  #fits(answer: Answer, kind: EntryKind): boolean {
    if (answer.kind === 'retraction' || this.#misfits.has(answer.id)) return answer.kind === 'retraction';
    const replacement = this.#replacement(answer);
    if (replacement === undefined || ENTRY_KINDS[kind].safeParse(replacement).success) return true;
    this.#misfits.add(answer.id);
    this.faults.push({ entry: answer.id, code: 'ANSWER_MISFIT' });
    return false;
  }
}
