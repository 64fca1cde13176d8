/*--- yaml
id: services_tasks
title: Something was set up to start by itself
columns:
  host: VARCHAR
  account: VARCHAR
  kind: VARCHAR            # service, task, run value, wmi
  name: VARCHAR
  command: VARCHAR
  process: VARCHAR         # what set it up, when the log knows it
selective: true
---*/
-- section windows-system: ServiceName, ImagePath, AccountName
SELECT bare_host(_host) AS host, bare_account(_user) AS account, 'service' AS kind, ServiceName AS name, ImagePath AS command,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 7045

-- section windows-security: ServiceName, ServiceFileName, TaskName, TaskContent, TaskContentNew, SubjectUserName
SELECT bare_host(_host) AS host, bare_account(SubjectUserName) AS account, CASE WHEN _event_id = 4697 THEN 'service' ELSE 'task' END AS kind,
  coalesce(ServiceName, TaskName) AS name,
  CASE WHEN _event_id = 4697 THEN ServiceFileName ELSE concat_ws(' ',
    nullif(regexp_extract(coalesce(TaskContent, TaskContentNew), '<Command>([^<]*)</Command>', 1), ''),
    nullif(regexp_extract(coalesce(TaskContent, TaskContentNew), '<Arguments>([^<]*)</Arguments>', 1), '')) END AS command,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id IN (4697, 4698, 4702)

-- section windows-sysmon: TargetObject, Details, Image, User
SELECT bare_host(_host) AS host, bare_account("User") AS account, 'run value' AS kind, regexp_extract(TargetObject, '([^\\]*)$', 1) AS name,
  Details AS command, Image AS process, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 13 AND regexp_matches(TargetObject, '(?i)\\CurrentVersion\\(Policies\\Explorer\\)?Run(Once)?\\')
