import { errorClass } from '../base/index.ts';

/** Why a rule, filter or file was not taken: closed list. Tests assert these, reports print them with the reason. */
export const REFUSAL_CODES = {
  YAML_SYNTAX: 'not well-formed YAML, or a key stands twice',
  YAML_LIMIT: 'larger, deeper or more aliased than the limits allow',
  YAML_FORBIDDEN: 'merge keys, explicit tags, non-text keys or infinite numbers',
  NOT_A_RULE: 'a document that is neither detection, correlation nor filter',
  COLLECTION: 'an `action:` document (old rule collections) that cannot be followed',
  META: 'title, level, tags or another attribute is missing or of the wrong kind',
  TAXONOMY: 'written in another taxonomy than `sigma`',
  LOGSOURCE: 'no usable log source',
  DETECTION: 'the detection section has a shape Sigma does not define',
  VALUE: 'a value that cannot stand there',
  MODIFIER_UNKNOWN: 'a modifier Sigma 2.1.0 does not define',
  MODIFIER_TYPE: 'a modifier on a value of the wrong type',
  MODIFIER_USE: 'modifiers that do not go together or not in this order',
  REGEX: 'a regular expression outside what linear-time matching can do',
  PLACEHOLDER: 'a placeholder without an entry in the vocabulary',
  LIMIT_EXPANSION: 'values, placeholders or conditions that expand beyond the limit',
  CONDITION: 'the condition cannot be parsed or names nothing',
  AGGREGATION: 'an obsolete `| count() by …` aggregation; correlation rules replaced them',
  CORRELATION: 'the correlation section is incomplete or contradictory',
  REFERENCE: 'a rule is referred to that is not there, was refused, or whose name is not unique',
  CYCLE: 'correlations that refer to each other in a circle',
  DUPLICATE: 'another rule with this id, and other content, was taken already',
  FILTER: 'the filter is incomplete or its condition can be read in two opposite ways',
  FILTER_UNUSED: 'the filter fits no rule',
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;

/** Thrown inside the floor only; `loadRules` turns every one into a Refusal. */
export const RuleError = errorClass<RefusalCode>('RuleError');
export type RuleError = InstanceType<typeof RuleError>;

/** What was taken, but a person should know of it: closed list. */
export const NOTICE_CODES = {
  SAME_RULE_TWICE: 'the same rule, byte for byte, came from two places; taken once',
  SILENCED:
    'a rule makes no finding of its own because a correlation from another file refers to it without `generate`',
  FILTERED: 'a filter from a pack now suppresses part of these rules',
  FILTER_PARTLY_UNUSED: 'a filter names rules that are not there or whose log source it does not fit',
} as const;
export type NoticeCode = keyof typeof NOTICE_CODES;

/** Limits where rule text, written by whoever wrote it, is met (law 4). */
export const LIMITS = {
  /** characters of one file, and of one document in it */
  fileChars: 64 * 1024 * 1024,
  documentChars: 1024 * 1024,
  /** documents in one file */
  documents: 10_000,
  /** nesting of one document */
  depth: 32,
  /** nodes of one document after aliases are followed */
  nodes: 100_000,
  /** aliases followed in one document */
  aliases: 100,
  /** characters of one condition, and its bracket depth */
  conditionChars: 16 * 1024,
  conditionDepth: 64,
  /** nodes of the expression a condition becomes */
  expression: 200_000,
  /** alternatives one written value may become (windash, base64offset, placeholders) */
  alternatives: 1000,
  /** tests one rule may become */
  tests: 50_000,
  /** characters of a regular expression */
  regexChars: 4096,
  /** characters of one attribute's text: title, description, a name in a list */
  attributeChars: 16 * 1024,
  /** characters of a value kept for `explain` */
  originChars: 200,
} as const;
