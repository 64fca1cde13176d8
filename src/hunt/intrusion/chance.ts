/**
 * How likely at least `hits` of `draws` independent draws meet what meets with probability `share`: the upper tail of the
 * binomial distribution. Shares above 1 count as 1.
 */
export function atLeast(hits: number, draws: number, share: number): number {
  if (hits <= 0) return 1;
  if (hits > draws || share <= 0) return 0;
  if (share >= 1) return 1;
  const odds = Math.log(share) - Math.log1p(-share);
  let log = draws * Math.log1p(-share); // none at all
  let below = 0;
  let above = 0;
  for (let k = 0; k <= draws; k++) {
    if (k < hits) below += Math.exp(log);
    else above += Math.exp(log);
    log += Math.log((draws - k) / (k + 1)) + odds;
  }
  // The smaller side is the exact one.
  return below < 0.5 ? 1 - below : above;
}

/**
 * How likely two groups of `one` and `other` people, drawn independently out of `all`, have at least `both` in common: the
 * upper tail of the hypergeometric distribution. Nobody is drawn twice, so when a tenth of all were aimed at, it is
 * clearly less likely than the binomial has it.
 */
export function inCommon(both: number, one: number, other: number, all: number): number {
  const most = Math.min(one, other);
  const least = Math.max(0, one + other - all);
  if (both <= least) return 1;
  if (both > most) return 0;
  // ln of each probability up to one constant, from the ratio of neighbours; the sum over all of them is 1.
  let log = 0;
  const logs = [0];
  for (let k = least; k < most; k++) {
    log += Math.log(((one - k) * (other - k)) / ((k + 1) * (all - one - other + k + 1)));
    logs.push(log);
  }
  const top = Math.max(...logs);
  let above = 0;
  let whole = 0;
  for (const [i, l] of logs.entries()) {
    const p = Math.exp(l - top);
    whole += p;
    if (least + i >= both) above += p;
  }
  return above / whole;
}
