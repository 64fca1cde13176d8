/**
 * The seed of every property test, for the test command: the same cases on every machine and every day, so that a
 * commit is judged by what it changed. New cases are drawn by `npm run fuzz:properties`, and by a test file run alone.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.CZERNIN_PROPERTY_SEED ?? 20240717) });
