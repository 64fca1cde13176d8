import { NOTICE } from '../world.ts';

/** The sheet that lies on top of the collected disk. */
export function readme(seed: number): { path: string; bytes: Uint8Array } {
  const text = `# Logs of the Ministry of External Affairs of Valdorra

${NOTICE}

Names end in .example (RFC 2606). Public addresses are those set aside for documentation (RFC 5737, RFC 3849).
Made with seed ${seed}; the same seed gives the same bytes.

| folder | what | reaches back to |
|---|---|---|
| logs/vpn-gw01 | remote access gateway, syslog | April 2022 |
| logs/ex01 | Exchange server: IIS, Windows event logs, Sysmon | July and August 2022 |
| logs/dc01 | domain controller: Windows event logs | October 2022 |
| logs/jump01 | jump host: sshd, auditd | January 2023 |
| logs/m365 | unified audit log of the mailboxes | January 2023 |
| logs/proxy, logs/sensor | web proxy, network sensor | June and September 2023 |
| logs/ws-104-triage.zip, logs/ws-117 | two desks | June and September 2023 |
| logs/entra | sign-ins and directory audit | March 2024 |
| logs/exports-2022.zip | what an administrator had put aside | July 2022 |
`;
  return { path: 'README.md', bytes: Buffer.from(text) };
}
