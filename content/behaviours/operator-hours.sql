/*--- yaml
id: operator-hours
title: Hours at which somebody works through other people's accounts
meaning: >-
  The strange visits taken together have a working day of their own. Its shape against that of the house tells at which
  hours of the world somebody sat at a desk; as an interval of time zones, never as a name. An operator can shift his hours
  on purpose, and some follow the victim's.
level: low
attack: [T1078]
tactics: [initial-access]
phase: initial-access
sources: [visits]
parameters:
  min_days: { default: 12, meaning: days with strange visits at least }
  min_strange: { default: 0.3, meaning: how strange a visit must be to count }
innocent:
  - Too few visits, or visits of several people.
  - Somebody who keeps to the victim's day, or to the night on purpose.
blind:
  visits: No log-ins were handed in.
references:
  - https://attack.mitre.org/techniques/T1078/
---*/
WITH
-- One visit an hour and account: requests must not outweigh visits.
marks AS (
  SELECT account, time_bucket(INTERVAL 1 HOUR, time) AS slot, min(time) AS time, min_by(event, (time, event)) AS event, min_by(stream, (time, event)) AS stream
  FROM visits WHERE outcome = 'success' AND strange >= $min_strange AND signature IS NOT NULL GROUP BY account, slot
),
house AS (
  SELECT hour(time) AS hour, count(*)::DOUBLE / sum(count(*)) OVER () AS share FROM visits WHERE outcome = 'success' AND own_line AND outside GROUP BY hour
),
total AS (SELECT count(*) AS visits, count(DISTINCT CAST(slot AS DATE)) AS days, count(DISTINCT account) AS accounts FROM marks),
-- For each zone and each five days in a row: the share of visits that falls on them from 8 to 19 h.
weeks AS (
  SELECT z.zone, w.day, avg(CASE WHEN (isodow(m.slot + to_hours(z.zone)) - w.day + 7) % 7 < 5 AND hour(m.slot + to_hours(z.zone)) BETWEEN 8 AND 18
    THEN 1.0 ELSE 0.0 END) AS share
  FROM marks m, (SELECT CAST(unnest(range(-11, 13)) AS INTEGER) AS zone) z, (SELECT CAST(unnest(range(1, 8)) AS INTEGER) AS day) w
  GROUP BY z.zone, w.day
),
best AS (SELECT share, zone, day FROM weeks ORDER BY share DESC, abs(day - 1), zone, day LIMIT 1),
-- Zones whose share chance could have made the best: no more than two standard errors below it.
likely AS (
  SELECT min(w.zone) AS lowest, max(w.zone) AS highest, count(*) AS zones
  FROM weeks w JOIN best b ON b.day = w.day, total
  WHERE w.share >= b.share - 2 * sqrt(greatest(b.share * (1 - b.share), 0.01) / total.visits)
),
shape AS (
  SELECT 1 - CAST(sum(CAST(least(coalesce(h.share, 0), coalesce(o.share, 0)) AS DECIMAL(9, 6))) AS DOUBLE) AS distance
  FROM (SELECT CAST(unnest(range(0, 24)) AS BIGINT) AS hour) x LEFT JOIN house h USING (hour)
  LEFT JOIN (SELECT hour(slot) AS hour, count(*)::DOUBLE / sum(count(*)) OVER () AS share FROM marks GROUP BY hour) o USING (hour)
),
weekdays AS (
  SELECT string_agg(name || ' ' || share || '%', ', ' ORDER BY day) AS said FROM (
    SELECT isodow(m.slot + to_hours(b.zone)) AS day, ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isodow(m.slot + to_hours(b.zone))] AS name,
      CAST(round(100.0 * count(*) / (SELECT visits FROM total)) AS INTEGER) AS share
    FROM marks m, best b GROUP BY ALL)
),
evidence AS (
  SELECT min(time) AS first, max(time) AS last, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream FROM marks
)
SELECT
  clamp(0.75 * ramp(best.share, 0.45, 0.9) * (0.4 + 0.6 * ramp(shape.distance, 0.15, 0.6)) * ramp(total.days, $min_days / 2, 3 * $min_days) + 0.05) AS score,
  CAST(NULL AS VARCHAR) AS account, CAST(NULL AS VARCHAR) AS address, evidence.first, evidence.last, total.visits AS count, evidence.events, evidence.stream,
  format('{} strange visits on {} days with {} accounts: {:.0f} % fall on {}, 8 to 19 h, of UTC{:+d} to UTC{:+d}{}; the hours differ from the house''s own by {:.0f} % ({}).',
    total.visits, total.days, total.accounts, 100 * best.share,
    ['Monday to Friday', 'Tuesday to Saturday', 'Wednesday to Sunday', 'Thursday to Monday', 'Friday to Tuesday', 'Saturday to Wednesday', 'Sunday to Thursday'][best.day],
    likely.lowest, likely.highest,
    CASE WHEN likely.zones < likely.highest - likely.lowest + 1 THEN ' (not all between)' ELSE '' END, 100 * shape.distance, weekdays.said) AS why,
  [] AS entities,
  ['hours can be shifted on purpose; an interval of time zones is no country'] AS caveats,
  {visits: total.visits, days: total.days, zone_lowest: likely.lowest, zone_highest: likely.highest, first_weekday: best.day, share_percent: round(100 * best.share),
    differs_from_house_percent: round(100 * shape.distance)} AS facts
FROM total, best, likely, shape, weekdays, evidence
WHERE total.days >= $min_days AND best.share >= 0.5 AND likely.highest - likely.lowest <= 8
