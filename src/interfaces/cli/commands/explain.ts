import { existsSync } from 'node:fs';
import {
  assertUnchanged,
  eventOf,
  explainRule,
  type RuleExplanation,
  recordAt,
  resolveAddress,
} from '../../../app/ask/index.ts';
import { readRules } from '../../../app/investigate/index.ts';
import { oneLine, plainJson } from '../../../base/index.ts';
import { files } from '../../../platform/files/index.ts';
import { keptPacks, readPack } from '../../../platform/packs/index.ts';
import { openWorkStore } from '../../../platform/work/index.ts';
import { withReader } from '../../workplace.ts';
import { type Command, EXIT, texts, UsageError, type Values } from '../command.ts';
import { type Style, style } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { explainWho } from './explainWho.ts';
import { ruleFiles } from './investigate.ts';
import { closing } from './show.ts';

type Rules = Parameters<typeof explainRule>[0];

export const explain: Command = {
  name: 'explain',
  summary: 'say why a rule did or did not fire on an event; or why an answer to "who" is as likely as it is',
  args: 'RULE ADDRESS | HYPOTHESIS',
  options: {
    case: CASE_OPTION,
    rules: { type: 'string', multiple: true, value: 'DIR', help: 'where else to look for the rule' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `HYPOTHESIS is an actor by any of its names, or unknown: every item that speaks for or against it (czernin assess).
RULE is a rule file, or the id or name of a rule in the project's pack, in --rules, or in the case's packs.
Exit code ${EXIT.found}: it fires, ${EXIT.nothing}: it does not.`,
  async run(values, positionals, terminal) {
    const [rule, address] = positionals;
    if (rule !== undefined && positionals.length === 1) return explainWho(rule, theCase(values), values, terminal);
    if (rule === undefined || address === undefined || positionals.length > 2)
      throw new UsageError('give a rule and an event address, or an actor');
    const folder = theCase(values);
    const { rules, id } = findRule(rule, values, folder.packs);
    const work = openWorkStore(folder.work);
    const place = closing(work, () => resolveAddress(work, address));
    await assertUnchanged(files, place.evidence);
    const record = await withReader([place.evidence.path], (pool) => recordAt(pool, place));
    const told = explainRule(rules, id, eventOf(record));
    if (values.json === true) terminal.out(`${plainJson(told, 2)}\n`);
    else terminal.out(`${render(told, style(terminal.color)).join('\n')}\n`);
    return told.$ === 'event' && told.explanation.fires ? EXIT.found : EXIT.nothing;
  },
};

function findRule(rule: string, values: Values, packs: string): { rules: Rules; id: string } {
  if (existsSync(rule)) {
    const { rules } = readRules(readPack(rule));
    const [first] = rules;
    if (first === undefined) throw new UsageError('there is no usable rule in it', rule);
    return { rules, id: first.meta.id };
  }
  if (texts(values, 'rules').length > 0) return { rules: rulesGiven(values), id: rule };
  for (const files of keptPacks(packs)) {
    // The file that names the rule is enough, unless it is a correlation and needs the rules it counts.
    const naming = files.filter((f) => f.text.includes(rule));
    if (naming.length === 0) continue;
    for (const some of [naming, files]) {
      const { rules } = readRules(some);
      if (rules.some((r) => r.meta.id === rule || r.names.includes(rule))) return { rules, id: rule };
    }
  }
  return { rules: rulesGiven(values), id: rule };
}

function rulesGiven(values: Values): Rules {
  const { files, placeholders } = ruleFiles(values);
  return readRules(files, placeholders).rules;
}

function render(told: RuleExplanation, paint: Style): string[] {
  if (told.$ === 'correlation') {
    return [
      `${paint.bold(oneLine(told.title))}  ${paint.dim(told.id)}`,
      `  a correlation (${told.rule.kind}): one event alone does not decide it; the rules it counts:`,
      ...told.parts.flatMap((p) => render(p, paint).map((l) => `  ${l}`)),
    ];
  }
  const { explanation } = told;
  const out = [
    `${paint.bold(oneLine(told.title))}  ${paint.dim(told.id)}`,
    explanation.fires ? paint.level('high', '  fires on this event') : '  does not fire on this event',
  ];
  for (const variant of explanation.variants) {
    out.push('', `  ${paint.bold(variant.name)}`);
    for (const g of variant.gate)
      out.push(
        `    ${mark(g.met)} ${g.part} ${oneLine(g.seen) || '(none)'}${g.met ? '' : `, the rule looks at ${oneLine(g.wanted)}`}`,
      );
    if (variant.tree) out.push(...tree(variant.tree, paint, '    '));
    else out.push(paint.dim('    not such an event: the condition was not looked at'));
  }
  return out;
}

type Tree = NonNullable<Extract<RuleExplanation, { $: 'event' }>['explanation']['variants'][number]['tree']>;

function tree(node: Tree, paint: Style, indent: string): string[] {
  const verdict = node.truth === 'true' ? '✔' : node.truth === 'false' ? '✘' : '?';
  switch (node.$) {
    case 'const':
      return [`${indent}${verdict} always ${node.truth}`];
    case 'test': {
      const field = node.field === '' ? 'some field' : oneLine(node.field, 60);
      const seen =
        node.seen === undefined
          ? node.field === ''
            ? ''
            : paint.dim('  (the event has no such field)')
          : paint.dim(`  seen: ${oneLine(JSON.stringify(node.seen), 160)}`);
      return [`${indent}${verdict} ${field} ${node.wanted}${paint.dim(`  [${node.from.item}]`)}${seen}`];
    }
    default: {
      const word = node.$ === 'and' ? 'all of' : node.$ === 'or' ? 'any of' : 'not';
      return [`${indent}${verdict} ${word}`, ...node.of.flatMap((n) => tree(n, paint, `${indent}  `))];
    }
  }
}

function mark(ok: boolean): string {
  return ok ? '✔' : '✘';
}
