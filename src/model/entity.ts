import { z } from 'zod';

/**
 * Who and what takes part in events: the nodes of the entity graph. An entity is written `type:name`, its name
 * normalised, so that the same thing named by two logs is one node.
 */
export const ENTITY_TYPES = [
  'account',
  'address',
  'client',
  'device',
  'domain',
  'file',
  'host',
  'mailbox',
  'network',
  'person',
  'process',
  'service',
  'session',
] as const;
export const EntityType = z.enum(ENTITY_TYPES);
export type EntityType = z.infer<typeof EntityType>;

/** `account:h.brandt`, `host:ex01`, `address:203.0.113.9` */
export const EntityKey = z.string().regex(/^[a-z]+:.+$/s);
export type EntityKey = z.infer<typeof EntityKey>;

const MAX_NAME = 300;

/**
 * The key of an entity as a log names it; null when the name says nothing (empty, `-`, a null SID, the loopback).
 * Accounts lose their domain (`MEA\x`, `x@mea.example`), a machine account is its host; hosts lose their DNS suffix;
 * addresses their brackets, port and IPv4-mapped prefix. A mailbox keeps its whole address.
 */
export function entityKey(type: EntityType, raw: string): EntityKey | null {
  const name = raw.trim().normalize('NFC').toLowerCase().slice(0, MAX_NAME);
  if (EMPTY.has(name)) return null;
  switch (type) {
    case 'account':
      return account(name);
    case 'host': {
      if (/^\d+(\.\d+)+$/.test(name) || name.includes(':')) return keyOf('address', address(name));
      return keyOf('host', machine(name.replace(/^\\+/, '').split('.')[0]!));
    }
    case 'address':
      return keyOf('address', address(name));
    case 'domain':
      return keyOf('domain', name.replace(/\.$/, ''));
    default:
      return keyOf(type, name);
  }
}

const EMPTY = new Set(['', '-', 'null', 'n/a', 'unknown', '(unknown)', 's-1-0-0', 'nobody', 'anonymous logon']);
const LOOPBACK = /^(127\.|::1$|0\.0\.0\.0$|::$)/;

function account(name: string): EntityKey | null {
  const bare = name
    .slice(name.lastIndexOf('\\') + 1)
    .split('@')[0]!
    .trim();
  return bare.endsWith('$') ? keyOf('host', machine(bare)) : keyOf('account', bare);
}

/** A machine's name without what marks its account; so that a name given again stays the same. */
function machine(name: string): string {
  return name.replace(/[\s$]+$/, '').trim();
}

function address(name: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(name);
  const bare = bracketed ? bracketed[1]! : (/^(\d+(?:\.\d+){3}):\d+$/.exec(name)?.[1] ?? name);
  // Only an IPv6 address has a zone: whatever else has a `%` keeps it, or it would be another thing when named again.
  const plain = bare
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/^([^%]*:[^%]*)%.*$/, '$1')
    .trim();
  return LOOPBACK.test(plain) ? '' : plain;
}

function keyOf(type: EntityType, name: string): EntityKey | null {
  return EMPTY.has(name) ? null : `${type}:${name}`;
}
