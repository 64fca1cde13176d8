/**
 * rules: Sigma in as text, one middle form out (ir.ts). What cannot be taken is a coded Refusal.
 * Law 4: rule text is hostile input too. Law 3: every rule is taken, or refused with a reason; what a person should know
 * about a rule that was taken is a Notice. docs/sigma.md holds the support table.
 */
export { NOTICE_CODES, REFUSAL_CODES } from './codes.ts';
export * from './ir.ts';
export { type LoadedRules, type LoadOptions, loadRules, type Notice, type RuleFile } from './load.ts';
