import type { Finding } from '../../model/index.ts';
import type { WorkStore } from '../effects/index.ts';
import type { RuleSet } from './rules.ts';

export function correlationFindings(_work: WorkStore, _rules: RuleSet): Finding[] {
  return [];
}
