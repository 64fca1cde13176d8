/** Categories of `product: windows` and the logs that carry them: Sysmon first, then what Windows itself writes. */
import { type Carrier, channels } from './carrier.ts';
import { DNS_CLIENT_3008, SECURITY_4657, SECURITY_4688, SECURITY_5156 } from './windows-audit.ts';

/**
 * Sysmon event ids (Sysmon 15.15 manifest; Sigma taxonomy appendix 2.1.0). The appendix gives `file_delete` 23 only, but
 * 26 is the same deletion logged without keeping the file; a rule about deleting is true of both. Registry deletion of a value is
 * also event 12, told apart by EventType, which rules name themselves.
 */
const SYSMON_IDS: Readonly<Record<string, readonly number[]>> = {
  process_creation: [1],
  file_change: [2],
  network_connection: [3],
  sysmon_status: [4, 16],
  process_termination: [5],
  driver_load: [6],
  image_load: [7],
  create_remote_thread: [8],
  raw_access_thread: [9],
  process_access: [10],
  file_event: [11],
  registry_add: [12],
  registry_delete: [12],
  registry_set: [13],
  registry_rename: [14],
  registry_event: [12, 13, 14],
  create_stream_hash: [15],
  pipe_created: [17, 18],
  wmi_event: [19, 20, 21],
  dns_query: [22],
  file_delete: [23, 26],
  clipboard_capture: [24],
  process_tampering: [25],
  file_delete_detected: [26],
  file_block_executable: [27],
  file_block_shredding: [28],
  file_executable_detected: [29],
  sysmon_error: [255],
};

/**
 * Sysmon is known by its channel and id, never by the id alone; forwarded records keep their own channel, and the collector's
 * `ForwardedEvents` file holds them with it.
 */
const sysmon = Object.entries(SYSMON_IDS).map(([category, ids]): readonly [string, Carrier] => [
  category,
  {
    name: `sysmon/${ids.join('+')}`,
    gate: { ...channels('Microsoft-Windows-Sysmon/Operational'), eventIds: ids },
    carries: 'all',
  },
]);

const POWERSHELL = channels('Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational');
const POWERSHELL_CLASSIC = channels('Windows PowerShell');

const others: readonly (readonly [string, Carrier])[] = [
  ['ps_module', { name: 'powershell/4103', gate: { ...POWERSHELL, eventIds: [4103] }, carries: 'all' }],
  ['ps_script', { name: 'powershell/4104', gate: { ...POWERSHELL, eventIds: [4104] }, carries: 'all' }],
  [
    'ps_classic_start',
    { name: 'powershell-classic/400', gate: { ...POWERSHELL_CLASSIC, eventIds: [400] }, carries: 'all' },
  ],
  [
    'ps_classic_provider_start',
    { name: 'powershell-classic/600', gate: { ...POWERSHELL_CLASSIC, eventIds: [600] }, carries: 'all' },
  ],
  [
    'ps_classic_script',
    { name: 'powershell-classic/800', gate: { ...POWERSHELL_CLASSIC, eventIds: [800] }, carries: 'all' },
  ],
  // Only event tracing carries these; a trace that was converted to events keeps its provider.
  [
    'file_access',
    { name: 'kernel-file', gate: { product: 'windows', providers: ['microsoft-windows-kernel-file'] }, carries: 'all' },
  ],
  [
    'file_rename',
    { name: 'kernel-file', gate: { product: 'windows', providers: ['microsoft-windows-kernel-file'] }, carries: 'all' },
  ],
  ['process_creation', SECURITY_4688],
  ['network_connection', SECURITY_5156],
  ['registry_add', SECURITY_4657.add],
  ['registry_set', SECURITY_4657.set],
  ['registry_delete', SECURITY_4657.delete],
  ['registry_event', SECURITY_4657.event],
  ['dns_query', DNS_CLIENT_3008],
];

/** Category → carriers, the fullest first. */
export const WINDOWS_CATEGORIES: ReadonlyMap<string, readonly Carrier[]> = (() => {
  const out = new Map<string, Carrier[]>();
  for (const [category, carrier] of [...sysmon, ...others]) {
    const list = out.get(category);
    if (list) list.push(carrier);
    else out.set(category, [carrier]);
  }
  return out;
})();
