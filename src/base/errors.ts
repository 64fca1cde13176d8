/**
 * Coded errors. Each floor declares one closed list of codes and one class made by `errorClass`;
 * tests assert the code, never the wording. A message says what, where and what to do, and never
 * carries key material or more than a short, escaped piece of foreign data.
 */
export abstract class CodedError extends Error {
  abstract readonly code: string;
  /** Where it happened: a path, an offset, a rule, whatever lets a person find it again. */
  readonly where: string | undefined;
  constructor(message: string, where?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.where = where;
  }
}

export interface CodedErrorClass<C extends string> {
  new (code: C, message: string, where?: string, cause?: unknown): CodedError & { readonly code: C };
}

/** The error class of one floor over its closed list of codes. */
export function errorClass<const C extends string>(name: string): CodedErrorClass<C> {
  const cls = class extends CodedError {
    readonly code: C;
    constructor(code: C, message: string, where?: string, cause?: unknown) {
      super(message, where, cause);
      this.code = code;
      this.name = name;
    }
  };
  Object.defineProperty(cls, 'name', { value: name });
  return cls;
}

/** A foreign string made safe and short enough to stand in a message: control characters escaped, cut at `limit`. */
export function quote(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
