/*--- yaml
id: processes
title: A program was started
# Sysmon and the Security log both tell of one start: behaviours count starts by host, program and minute, not by rows.
columns:
  host: VARCHAR
  account: VARCHAR
  image: VARCHAR           # path as logged
  name: VARCHAR            # its last part, lower case
  original: VARCHAR        # the name its maker gave the file
  company: VARCHAR
  command: VARCHAR
  parent: VARCHAR
  parent_name: VARCHAR
  parent_command: VARCHAR
  folder: VARCHAR          # working directory
  integrity: VARCHAR
  hashes: VARCHAR
---*/
-- section windows-sysmon: Image, CommandLine, ParentImage, ParentCommandLine, User, OriginalFileName, Company, CurrentDirectory, IntegrityLevel, Hashes
SELECT bare_host(_host) AS host, bare_account("User") AS account, Image AS image, file_name(Image) AS name,
  lower(OriginalFileName) AS original, Company AS company, CommandLine AS command, ParentImage AS parent,
  file_name(ParentImage) AS parent_name, ParentCommandLine AS parent_command, CurrentDirectory AS folder,
  IntegrityLevel AS integrity, Hashes AS hashes, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 1

-- section windows-security: NewProcessName, CommandLine, ParentProcessName, SubjectUserName, TargetUserName
SELECT bare_host(_host) AS host, bare_account(coalesce(named(TargetUserName), SubjectUserName)) AS account,
  NewProcessName AS image, file_name(NewProcessName) AS name, CommandLine AS command, ParentProcessName AS parent,
  file_name(ParentProcessName) AS parent_name, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 4688

-- section linux-auditd: exe, CommandLine, auid, AUID, comm, cwd, type, ppid
SELECT bare_host(_host) AS host, bare_account(_user) AS account, exe AS image, file_name(exe) AS name,
  CommandLine AS command, cwd AS folder, _time AS time, _evidence, _offset, _flags
FROM source WHERE CommandLine IS NOT NULL AND exe IS NOT NULL

-- section linux-sysmon: Image, CommandLine, ParentImage, ParentCommandLine, User
SELECT bare_host(_host) AS host, bare_account("User") AS account, Image AS image, file_name(Image) AS name,
  CommandLine AS command, ParentImage AS parent, file_name(ParentImage) AS parent_name, ParentCommandLine AS parent_command,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 1 OR (ParentImage IS NOT NULL AND CommandLine IS NOT NULL)
