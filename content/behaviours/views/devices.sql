/*--- yaml
id: devices
title: A device was attached
columns:
  host: VARCHAR
  account: VARCHAR
  device: VARCHAR          # its id, upper case
  description: VARCHAR
  storage: BOOLEAN         # something that carries files
selective: true
---*/
-- section windows-security: DeviceId, DeviceDescription, ClassName, SubjectUserName
SELECT bare_host(_host) AS host, bare_account(SubjectUserName) AS account, upper(DeviceId) AS device, DeviceDescription AS description,
  regexp_matches(upper(DeviceId), 'USBSTOR|WPDBUSENUM|\\SD\\|VID_') AND lower(coalesce(ClassName, '')) NOT IN ('keyboard', 'mouse', 'hidclass', 'printer', 'printqueue', 'media', 'image', 'camera') AS storage,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 6416

-- section windows-kernel-pnp-configuration, windows-kernel-pnp-device-configuration, windows-driver-framework, windows-driverframeworks-usermode-operational: DeviceInstanceId, InstanceId, DeviceInstanceID, DriverName, lifetime, instance
SELECT bare_host(_host) AS host, upper(coalesce(DeviceInstanceId, DeviceInstanceID, InstanceId, instance)) AS device, DriverName AS description,
  regexp_matches(upper(coalesce(DeviceInstanceId, DeviceInstanceID, InstanceId, instance)), 'USBSTOR|WPDBUSENUM') AS storage,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id IN (400, 410, 2003, 2100, 2102)
