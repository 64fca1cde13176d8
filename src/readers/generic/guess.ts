/** What a log no mapping describes calls its common attributes, most telling first; compared without case, `_`, `-`, blank. */
const squash = (name: string) => name.toLowerCase().replace(/[_\- ]/g, '');

const TIMES = [
  '@timestamp',
  'timestamp',
  'eventtime',
  'eventtimestamp',
  'timecreated',
  'timegenerated',
  'creationtime',
  'createddatetime',
  'datetime',
  'dateandtime',
  'date(utc)',
  'time',
  '_time',
  'ts',
  'eventdate',
  'date',
  'createdat',
  'created',
  'starttime',
  'logtime',
  'occurredat',
];
const HOSTS = [
  'host',
  'hostname',
  'host.name',
  'computer',
  'computername',
  'devicename',
  'device',
  'machine',
  'server',
];
const USERS = [
  'user',
  'username',
  'user.name',
  'account',
  'accountname',
  'userprincipalname',
  'userid',
  'login',
  'email',
  'actor',
];
const ADDRESSES = [
  'sourceip',
  'srcip',
  'source.ip',
  'clientip',
  'client.ip',
  'remoteip',
  'ipaddress',
  'remoteaddr',
  'sourceaddress',
  'ip',
  'src',
];

/** Which of these fields are candidates, in order of telling. */
function pick(names: readonly string[], wanted: readonly string[]): string[] {
  const bySquashed = new Map<string, string>();
  for (const name of names) if (!bySquashed.has(squash(name))) bySquashed.set(squash(name), name);
  return wanted.map((w) => bySquashed.get(w)).filter((n) => n !== undefined);
}

export const guessTimes = (names: readonly string[]) => pick(names, TIMES);
export const guessHosts = (names: readonly string[]) => pick(names, HOSTS);
export const guessUsers = (names: readonly string[]) => pick(names, USERS);
export const guessAddresses = (names: readonly string[]) => pick(names, ADDRESSES);
