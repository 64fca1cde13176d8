/** The relationships the standard suggests (part 3.7 and each type's table): source type → word → target types. */
const OBSERVABLE =
  'artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex ' +
  'network-traffic process software url user-account windows-registry-key x509-certificate';
const MEANS = 'attack-pattern infrastructure malware tool';
const ENDS = 'ipv4-addr ipv6-addr domain-name url';

const SUGGESTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'attack-pattern': { delivers: 'malware', targets: 'location vulnerability identity', uses: 'malware tool' },
  campaign: {
    'attributed-to': 'intrusion-set threat-actor',
    compromises: 'infrastructure',
    'originates-from': 'location',
    targets: 'location identity vulnerability',
    uses: MEANS,
  },
  'course-of-action': {
    investigates: 'indicator',
    mitigates: 'attack-pattern indicator malware tool vulnerability',
    remediates: 'malware vulnerability',
  },
  'domain-name': { 'resolves-to': 'domain-name ipv4-addr ipv6-addr' },
  identity: { 'located-at': 'location' },
  indicator: {
    indicates: 'attack-pattern campaign infrastructure intrusion-set malware threat-actor tool',
    'based-on': 'observed-data',
  },
  infrastructure: {
    'communicates-with': `infrastructure ${ENDS}`,
    'consists-of': `infrastructure observed-data ${OBSERVABLE}`,
    controls: 'infrastructure malware',
    delivers: 'malware',
    has: 'vulnerability',
    hosts: 'tool malware',
    'located-at': 'location',
    uses: 'infrastructure',
  },
  'intrusion-set': {
    'attributed-to': 'threat-actor',
    compromises: 'infrastructure',
    hosts: 'infrastructure',
    'originates-from': 'location',
    owns: 'infrastructure',
    targets: 'identity location vulnerability',
    uses: MEANS,
  },
  'ipv4-addr': { 'resolves-to': 'mac-addr', 'belongs-to': 'autonomous-system' },
  'ipv6-addr': { 'resolves-to': 'mac-addr', 'belongs-to': 'autonomous-system' },
  malware: {
    'authored-by': 'threat-actor intrusion-set',
    'beacons-to': 'infrastructure',
    'exfiltrates-to': 'infrastructure',
    'communicates-with': ENDS,
    controls: 'malware',
    downloads: 'malware file tool',
    drops: 'malware file tool',
    exploits: 'vulnerability',
    'originates-from': 'location',
    targets: 'identity infrastructure location vulnerability',
    uses: MEANS,
    'variant-of': 'malware',
  },
  'malware-analysis': {
    characterizes: 'malware',
    'analysis-of': 'malware',
    'static-analysis-of': 'malware',
    'dynamic-analysis-of': 'malware',
  },
  'threat-actor': {
    'attributed-to': 'identity',
    compromises: 'infrastructure',
    hosts: 'infrastructure',
    owns: 'infrastructure',
    impersonates: 'identity',
    'located-at': 'location',
    targets: 'identity location vulnerability',
    uses: MEANS,
  },
  tool: {
    delivers: 'malware',
    drops: 'malware',
    uses: 'infrastructure',
    has: 'vulnerability',
    targets: 'identity infrastructure location vulnerability',
  },
  vulnerability: { impacts: 'infrastructure tool' },
};

/** Between any two objects. */
const COMMON = new Set(['derived-from', 'duplicate-of', 'related-to']);
const META = new Set([
  'bundle',
  'language-content',
  'marking-definition',
  'sighting',
  'relationship',
  'extension-definition',
]);

export function isSuggested(source: string, word: string, target: string): boolean {
  if (COMMON.has(word) || META.has(source) || META.has(target)) return true;
  const bySource = Object.hasOwn(SUGGESTED, source) ? SUGGESTED[source]! : {};
  return Object.hasOwn(bySource, word) && bySource[word]!.split(' ').includes(target);
}
