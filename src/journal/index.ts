export * from './append.ts';
export * from './chain.ts';
export * from './copy.ts';
export * from './errors.ts';
export * from './formulas.ts';
export * from './state.ts';
export * from './verify.ts';
