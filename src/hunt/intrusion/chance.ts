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
