import { type AsOf, type Case, type CaseItem, KEY_KINDS, type Payload } from '../model/index.ts';
import { type Answer, Answers } from './answers.ts';
import type { HeldEntry, JournalCopy } from './copy.ts';
import type { Knowledge } from './knowledge.ts';
import { DEGREE } from './line.ts';

/** What a replay meets on the way besides the items. */
export interface ReplayTally {
  readonly withheld: { entries: number; readonly byKind: Record<string, number> };
  readonly ignored: Case['ignored'];
}

export function emptyTally(): ReplayTally {
  return { withheld: { entries: 0, byKind: {} }, ignored: [] };
}

/** One branch of a journal as it is seen from a viewpoint at a time: which entries, how much of them, answered how. */
export class BranchView {
  readonly #branch: JournalCopy;
  readonly #knowledge: Knowledge | 'own';
  readonly #asOf: AsOf | undefined;
  /** first entry that this branch shows: those before are the main branch's */
  readonly #from: number;
  readonly #forked: boolean;
  readonly #tally: ReplayTally;
  readonly #doubts: readonly { from: number; to: number }[];
  readonly #answers: Answers;

  constructor(
    branch: JournalCopy,
    place: { readonly from: number; readonly forked: boolean },
    knowledge: Knowledge | 'own',
    asOf: AsOf | undefined,
    tally: ReplayTally,
  ) {
    this.#branch = branch;
    this.#from = place.from;
    this.#forked = place.forked;
    this.#knowledge = knowledge;
    this.#asOf = asOf;
    this.#tally = tally;
    this.#doubts = branch.keys.flatMap((k) => {
      const said = k.doubtFrom !== undefined && this.#isKnown(branch.entry(k.from - 1));
      return said ? [{ from: k.doubtFrom!, to: k.from - 1 }] : [];
    });
    this.#answers = new Answers(this.#collectAnswers());
  }

  *items(): Generator<CaseItem> {
    for (let i = this.#from; i < this.#branch.size; i++) {
      const entry = this.#branch.entry(i);
      if (!this.#isKnown(entry)) continue;
      const item = this.#item(entry);
      if (item) yield item;
    }
    this.#tally.ignored.push(...this.#answers.faults);
  }

  /** null for an entry of which only the hash is known: counted, and nothing more can be said. */
  #item(entry: HeldEntry): CaseItem | null {
    const { id, index, header } = entry;
    const payload = this.#payloadOf(entry);
    if (!header || payload === undefined) {
      const kind = header?.kind ?? 'unknown';
      this.#tally.withheld.entries++;
      this.#tally.withheld.byKind[kind] = (this.#tally.withheld.byKind[kind] ?? 0) + 1;
      if (!header) return null;
    }
    const effect = this.#answers.effectOn(id, header.kind, payload);
    const learned = this.#knowledge === 'own' ? header.time.at : this.#knowledge.entry(index);
    const now = effect ? effect.payload : payload;
    return {
      id,
      journal: header.journal,
      index,
      kind: header.kind,
      agency: header.author.agency,
      author: header.author.name,
      time: header.time,
      ...(learned === undefined ? {} : { learned }),
      marking: header.marking,
      refs: header.refs,
      standing: effect?.standing ?? 'stands',
      answers: [...(effect?.answers ?? [])],
      forked: this.#forked,
      doubted: !KEY_KINDS.has(header.kind) && this.#doubts.some((d) => d.from <= index && index < d.to),
      ...(now === undefined || now === null ? {} : { payload: now }),
      ...(effect?.standing === 'corrected' && payload !== undefined ? { original: payload } : {}),
    };
  }

  #isKnown({ index, header }: HeldEntry): boolean {
    const asOf = this.#asOf;
    if (!asOf) return true;
    // of an entry known only by its hash no author time is known: it is not shown to have been there
    if (asOf.by === 'authored' || this.#knowledge === 'own') return header !== undefined && header.time.at <= asOf.at;
    const learned = this.#knowledge.entry(index);
    return learned !== undefined && learned <= asOf.at;
  }

  #payloadOf(entry: HeldEntry): unknown {
    if (this.#asOf?.by !== 'learned' || this.#knowledge === 'own') return entry.payload;
    const learned = this.#knowledge.payload(entry.index);
    return learned !== undefined && learned <= this.#asOf.at ? entry.payload : undefined;
  }

  /** The corrections and retractions that were known; those that answer nothing here are named. */
  #collectAnswers(): Answer[] {
    const found: Answer[] = [];
    for (const index of answerLines(this.#branch)) {
      const entry = this.#branch.entry(index);
      const { header, id } = entry;
      if (index < this.#from || !header || !this.#isKnown(entry)) continue;
      if (header.kind !== 'correction' && header.kind !== 'retraction') continue;
      const payload = header.kind === 'correction' ? (this.#payloadOf(entry) as Payload<'correction'>) : undefined;
      const answer = { id, index, kind: header.kind, target: header.refs.entries[0]! };
      found.push(payload === undefined ? answer : { ...answer, payload });
    }
    if (found.length === 0) return found;
    const wanted = new Set(found.map((a) => a.target));
    const places = new Map<string, number>();
    for (let i = this.#from; i < this.#branch.size && places.size < wanted.size; i++) {
      const id = this.#branch.entryId(i);
      if (wanted.has(id)) places.set(id, i);
    }
    return found.filter((answer) => {
      const known = (places.get(answer.target) ?? answer.index) < answer.index;
      if (!known) this.#tally.ignored.push({ entry: answer.id, code: 'ANSWER_UNKNOWN' });
      return known;
    });
  }
}

const MARKS = ['"kind":"correction"', '"kind":"retraction"'].map((text) => Buffer.from(text));

/** Indices of lines that look like an answer, found by one search over the bytes instead of parsing every line. */
function answerLines(branch: JournalCopy): number[] {
  const { bytes, starts } = branch.lines;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, starts[branch.size]);
  const out = new Set<number>();
  for (const mark of MARKS) {
    for (let at = file.indexOf(mark); at >= 0; at = file.indexOf(mark, at + 1)) {
      let [low, high] = [0, branch.size];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle]! <= at) low = middle;
        else high = middle;
      }
      if (branch.degree(low) !== DEGREE.hash) out.add(low);
    }
  }
  return [...out].sort((a, b) => a - b);
}
