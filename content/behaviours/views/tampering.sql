/*--- yaml
id: tampering
title: Something was done to the logs themselves, or to what they are made of
columns:
  host: VARCHAR
  account: VARCHAR
  kind: VARCHAR            # cleared, policy, time, sensor-stopped, sensor-changed
  detail: VARCHAR
  seconds: DOUBLE          # by how much a clock was moved
selective: true
---*/
-- section windows-security: SubjectUserName, SubcategoryGuid, SubcategoryId, AuditPolicyChanges, PreviousTime, NewTime, ProcessName
-- 4616 by the time service is routine; 4719 with only additions makes nothing invisible (%%8448, %%8450: success, failure removed).
SELECT bare_host(_host) AS host, bare_account(_user) AS account,
  CASE _event_id WHEN 1102 THEN 'cleared' WHEN 4719 THEN 'policy' ELSE 'time' END AS kind,
  CASE _event_id WHEN 1102 THEN 'Security' WHEN 4719 THEN coalesce(SubcategoryGuid, SubcategoryId) ELSE ProcessName END AS detail,
  CASE WHEN _event_id = 4616 THEN date_diff('millisecond', TRY_CAST(PreviousTime AS TIMESTAMPTZ), TRY_CAST(NewTime AS TIMESTAMPTZ)) / 1000.0 END AS seconds,
  _time AS time, _evidence, _offset, _flags
FROM source
WHERE _event_id = 1102 OR (_event_id = 4719 AND regexp_matches(coalesce(AuditPolicyChanges, '%%8448'), '%%8448|%%8450'))
  OR (_event_id = 4616 AND bare_account(SubjectUserName) NOT IN ('local service', 'system') AND NOT ends_with(SubjectUserName, '$'))

-- section windows-system: UserData_Channel, Channel_, SubjectUserName, param1, param2
SELECT bare_host(_host) AS host, bare_account(coalesce(SubjectUserName, _user)) AS account,
  CASE WHEN _event_id = 104 THEN 'cleared' ELSE 'sensor-stopped' END AS kind,
  CASE WHEN _event_id = 104 THEN UserData_Channel ELSE param1 END AS detail, _time AS time, _evidence, _offset, _flags
FROM source
WHERE _event_id = 104 OR (_event_id = 7036 AND lower(param2) IN ('stopped', 'beendet', 'angehalten', 'zastaveno', 'zastavena')
  AND regexp_matches(lower(param1), 'sysmon|windows event log|winlogbeat|nxlog|osquery|defender|sense|splunkforwarder|wazuh'))

-- section windows-sysmon: State, Configuration, User
SELECT bare_host(_host) AS host, bare_account(_user) AS account, CASE WHEN _event_id = 4 THEN 'sensor-stopped' ELSE 'sensor-changed' END AS kind,
  coalesce(Configuration, 'Sysmon') AS detail, _time AS time, _evidence, _offset, _flags
FROM source WHERE (_event_id = 4 AND lower(State) = 'stopped') OR _event_id = 16
