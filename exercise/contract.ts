/**
 * The contract between the exercise's world and its plots. In: nothing. Out: types. The world (people, posts, hosts,
 * networks, logs) follows from the seed; a plot tells what somebody does in it through verbs, day by day; the generator
 * writes the logs and tells where each planted record lies. Law: a plot never sees a log, a log never knows a plot.
 */
export * from './contract/plot.ts';
export * from './contract/verbs.ts';
export * from './contract/world.ts';
