import type { Answer } from '../../model/index.ts';
import { LEVELS } from '../../model/index.ts';

/** Tactic tags of Sigma are ATT&CK's tactic short names with `_` for `-` in older rules. */
function tacticName(tag: string): string {
  return tag.replaceAll('_', '-');
}

/**
 * navigator.json: a layer of the ATT&CK Navigator (layer format 4.5) with every technique a fired rule names; score =
 * number of findings, colour = worst level, comment = the rules. `attack` is the ATT&CK version the rules were tagged
 * for, as far as known ('' leaves it to the Navigator).
 */
export function navigatorLayer(answer: Answer, name: string): object {
  const techniques = new Map<string, { score: number; worst: number; rules: string[]; tactics: Set<string> }>();
  for (const rule of answer.rules) {
    for (const id of rule.attack) {
      const t = techniques.get(id) ?? { score: 0, worst: 0, rules: [], tactics: new Set() };
      t.score += rule.findings;
      t.worst = Math.max(t.worst, LEVELS.indexOf(rule.level));
      t.rules.push(`${rule.title} (${rule.level}, ${rule.findings})`);
      for (const tactic of rule.tactics) t.tactics.add(tacticName(tactic));
      techniques.set(id, t);
    }
  }
  const colors = ['#c6dbef', '#9ecae1', '#fdae6b', '#e6550d', '#a50f15'];
  return {
    name,
    versions: { layer: '4.5', navigator: '5.1.0' },
    domain: 'enterprise-attack',
    description: answer.verdict,
    sorting: 3,
    hideDisabled: false,
    techniques: [...techniques]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([techniqueID, t]) => ({
        techniqueID,
        score: t.score,
        color: colors[t.worst],
        comment: t.rules.join('\n'),
        enabled: true,
        showSubtechniques: techniqueID.includes('.'),
      })),
    gradient: {
      colors: ['#ffffff', '#a50f15'],
      minValue: 0,
      maxValue: Math.max(1, ...[...techniques.values()].map((t) => t.score)),
    },
    legendItems: LEVELS.map((label, i) => ({ label, color: colors[i] })),
    metadata: [{ name: 'analysis', value: answer.analysis }],
  };
}
