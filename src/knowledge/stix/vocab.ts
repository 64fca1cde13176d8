/** The suggested vocabularies of STIX 2.1 (part 10 of the standard): which property takes its values from where. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const MOTIVATION = words(
  'accidental coercion dominance ideology notoriety organizational-gain personal-gain personal-satisfaction revenge unpredictable',
);
const RESOURCES = words('individual club contest team organization government');

export const VOCABULARIES: Readonly<Record<string, Readonly<Record<string, ReadonlySet<string>>>>> = {
  grouping: { context: words('suspicious-activity malware-analysis unspecified') },
  identity: {
    identity_class: words('individual group system organization class unknown'),
    sectors: words(
      'agriculture aerospace automotive chemical commercial communications construction defense education energy ' +
        'entertainment financial-services government emergency-services government-local government-national ' +
        'government-public-services government-regional healthcare hospitality-leisure infrastructure dams nuclear ' +
        'water insurance manufacturing mining non-profit pharmaceuticals retail technology telecommunications ' +
        'transportation utilities',
    ),
  },
  indicator: {
    indicator_types: words(
      'anomalous-activity anonymization benign compromised malicious-activity attribution unknown',
    ),
    pattern_type: words('stix pcre sigma snort suricata yara'),
  },
  infrastructure: {
    infrastructure_types: words(
      'amplification anonymization botnet command-and-control control-system exfiltration firewall hosting-malware ' +
        'hosting-target-lists phishing reconnaissance routers-switches staging workstation unknown',
    ),
  },
  'intrusion-set': {
    resource_level: RESOURCES,
    primary_motivation: MOTIVATION,
    secondary_motivations: MOTIVATION,
  },
  location: {
    region: words(
      'africa eastern-africa middle-africa northern-africa southern-africa western-africa americas ' +
        'latin-america-caribbean south-america caribbean central-america northern-america asia central-asia ' +
        'eastern-asia southern-asia south-eastern-asia western-asia europe eastern-europe northern-europe ' +
        'southern-europe western-europe oceania australia-new-zealand melanesia micronesia polynesia antarctica',
    ),
  },
  malware: {
    malware_types: words(
      'adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware remote-access-trojan ' +
        'resource-exploitation rogue-security-software rootkit screen-capture spyware trojan unknown virus webshell ' +
        'wiper worm',
    ),
    architecture_execution_envs: words('alpha arm ia-64 mips powerpc sparc x86 x86-64'),
    implementation_languages: words(
      'applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby scala swift ' +
        'typescript visual-basic x86-32 x86-64',
    ),
    capabilities: words(
      'accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics anti-sandbox ' +
        'anti-vm captures-input-peripherals captures-output-peripherals captures-system-state-data ' +
        'cleans-traces-of-infection commits-fraud communicates-with-c2 compromises-data-availability ' +
        'compromises-data-integrity compromises-system-availability controls-local-machine ' +
        'degrades-security-software degrades-system-updates determines-c2-server emails-spam escalates-privileges ' +
        'evades-av exfiltrates-data fingerprints-host hides-artifacts hides-executing-code infects-files ' +
        'infects-remote-machines installs-other-components persists-after-system-reboot prevents-artifact-access ' +
        'prevents-artifact-deletion probes-network-environment self-modifies steals-authentication-credentials ' +
        'violates-system-operational-integrity',
    ),
  },
  'malware-analysis': { result: words('malicious suspicious benign unknown') },
  report: {
    report_types: words(
      'threat-report attack-pattern campaign identity indicator intrusion-set malware observed-data threat-actor tool vulnerability',
    ),
  },
  'threat-actor': {
    threat_actor_types: words(
      'activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state sensationalist spy terrorist unknown',
    ),
    roles: words('agent director independent infrastructure-architect infrastructure-operator malware-author sponsor'),
    sophistication: words('none minimal intermediate advanced expert innovator strategic'),
    resource_level: RESOURCES,
    primary_motivation: MOTIVATION,
    secondary_motivations: MOTIVATION,
    personal_motivations: MOTIVATION,
  },
  tool: {
    tool_types: words(
      'denial-of-service exploitation information-gathering network-capture credential-exploitation remote-access vulnerability-scanning unknown',
    ),
  },
  'user-account': {
    account_type: words('unix windows-local windows-domain ldap tacacs radius nis openid facebook skype twitter kavi'),
  },
};

export const HASH_NAMES = words('MD5 SHA-1 SHA-256 SHA-512 SHA3-256 SHA3-512 SSDEEP TLSH');

/** Keys of a PDF's document information dictionary (ISO 32000-1, 14.3.3). */
export const PDF_KEYS = words('Title Author Subject Keywords Creator Producer CreationDate ModDate Trapped');

/** Headers that HTTP requests usually bear, in small letters. */
export const HTTP_HEADERS = words(
  'accept accept-charset accept-encoding accept-language accept-datetime authorization cache-control connection cookie ' +
    'content-length content-md5 content-type date expect forwarded from host if-match if-modified-since if-none-match ' +
    'if-range if-unmodified-since max-forwards origin pragma proxy-authorization range referer te user-agent upgrade via ' +
    'warning x-requested-with dnt x-forwarded-for x-forwarded-host x-forwarded-proto front-end-https ' +
    'x-http-method-override x-att-deviceid x-wap-profile proxy-connection x-uidh x-csrf-token x-request-id ' +
    'x-correlation-id',
);

/** ISO 3166-1 alpha-2 codes, assigned, reserved or once in use: a country may be named by what it was called then. */
export const COUNTRIES = words(
  'AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BU BV BW BY BZ ' +
    'CA CC CD CF CG CH CI CK CL CM CN CO CP CR CS CU CV CW CX CY CZ DD DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU EZ FI ' +
    'FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR ' +
    'IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
    'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NT NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA ' +
    'RE RO RS RU RW SA SB SC SD SE SF SG SH SI SJ SK SL SM SN SO SR SS ST SU SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO ' +
    'TP TR TT TV TW TZ UA UG UK UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YD YE YT YU ZA ZM ZR ZW',
);
