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
-- A task's XML stands in the event as it is, or escaped by who passed it on. A task may start a COM class instead of a program.
SELECT bare_host(_host) AS host, bare_account(SubjectUserName) AS account, CASE WHEN _event_id = 4697 THEN 'service' ELSE 'task' END AS kind,
  coalesce(ServiceName, TaskName) AS name,
  CASE WHEN _event_id = 4697 THEN ServiceFileName ELSE nullif(unescape_xml(concat_ws(' ',
    nullif(regexp_extract(task, '<Command>([^<]*)</Command>', 1), ''),
    nullif(regexp_extract(task, '<Arguments>([^<]*)</Arguments>', 1), ''),
    'COM class ' || nullif(regexp_extract(task, '<ClassId>([^<]*)</ClassId>', 1), ''))), '') END AS command,
  _time AS time, _evidence, _offset, _flags
FROM (SELECT *, CASE WHEN contains(content, '&lt;') AND NOT contains(content, '<') THEN unescape_xml(content) ELSE content END AS task
  FROM (SELECT *, coalesce(TaskContent, TaskContentNew) AS content FROM source WHERE _event_id IN (4697, 4698, 4702)))

-- section windows-sysmon: TargetObject, Details, Image, User
SELECT bare_host(_host) AS host, bare_account("User") AS account, 'run value' AS kind, regexp_extract(TargetObject, '([^\\]*)$', 1) AS name,
  Details AS command, Image AS process, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 13 AND regexp_matches(TargetObject, '(?i)\\CurrentVersion\\(Policies\\Explorer\\)?Run(Once)?\\')
