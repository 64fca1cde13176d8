/** Rules for tests, written as short as they can be. */
import { type EventRule, type LoadOptions, loadRules, type Refusal } from '../../../src/rules/index.ts';
import { evaluate, type Plain, type Truth } from './evaluate.ts';

/** A whole rule around a detection section; `indent` is taken care of. */
export function sigma(detection: string, head = 'logsource: { product: test }'): string {
  const body = detection
    .trim()
    .split('\n')
    .map((l) => `  ${l}`)
    .join('\n');
  return `title: t\n${head}\ndetection:\n${body}\n`;
}

export function load(text: string, options: LoadOptions = {}) {
  return loadRules([{ pack: 'p', path: 'r.yml', text }], options);
}

/** The one event rule of a text that must be taken. */
export function taken(text: string, options: LoadOptions = {}): EventRule {
  const { rules, refusals } = load(text, options);
  const rule = rules[0];
  if (rules.length !== 1 || rule?.$ !== 'event') throw new Error(`not taken: ${JSON.stringify(refusals)}`);
  return rule;
}

/** The one refusal of a text that must not be taken. */
export function refused(text: string, options: LoadOptions = {}): Refusal {
  const { rules, refusals } = load(text, options);
  const refusal = refusals[0];
  if (rules.length !== 0 || refusals.length !== 1 || !refusal)
    throw new Error(`taken, or refused twice: ${JSON.stringify(refusals)}`);
  return refusal;
}

/** What a detection section says of an event. */
export function says(detection: string, event: Plain, options: LoadOptions = {}): Truth {
  return evaluate(taken(sigma(detection), options).variants[0]!.expr, event);
}

/** The same for one key and one value, both as YAML: `says1("f|contains", "'x'", {f: 'axb'})`. */
export function says1(key: string, value: string, event: Plain, options: LoadOptions = {}): Truth {
  return says(`s:\n  ${JSON.stringify(key)}: ${value}\ncondition: s`, event, options);
}

export function code1(key: string, value: string, options: LoadOptions = {}): string {
  return refused(sigma(`s:\n  ${JSON.stringify(key)}: ${value}\ncondition: s`), options).code;
}
