/**
 * rules: Sigma (and STIX patterns) in as text, one middle form out (ir.ts). What cannot be taken is a coded Refusal.
 * Law 4: rule text is hostile input too. Law 3: every rule is taken or refused with a reason.
 */
export * from './ir.ts';
