import { eachPair } from '../../text/pairs.ts';
import type { Row } from '../../text/row.ts';

/** Linux netfilter LOG target: `[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=a DST=b … PROTO=TCP SPT=1 DPT=2 …`. */
export function netfilter(row: Row, message: string): void {
  const on = message.indexOf('IN=');
  const prefix = message.slice(0, Math.max(0, on)).replace(/^\[ *\d+\.\d+\] */, '');
  const verdict = /BLOCK|DROP|DENY|REJECT/i.test(prefix) ? 'deny' : /ALLOW|ACCEPT/i.test(prefix) ? 'accept' : undefined;
  row.put('rule', prefix.trim() || undefined);
  row.put('action', verdict);
  const names: Readonly<Record<string, string>> = {
    SRC: 'src_ip',
    DST: 'dst_ip',
    SPT: 'src_port',
    DPT: 'dst_port',
    PROTO: 'protocol',
    IN: 'src_interface',
    OUT: 'dst_interface',
    MAC: 'mac',
  };
  eachPair(message, Math.max(0, on), (name, value) => {
    const ours = Object.hasOwn(names, name) ? names[name] : undefined;
    if (ours === undefined || value === '') return;
    if (ours.endsWith('_port')) row.put(ours, /^\d{1,5}$/.test(value) ? Number(value) : value);
    else row.put(ours, ours === 'protocol' ? value.toLowerCase() : value);
  });
}
