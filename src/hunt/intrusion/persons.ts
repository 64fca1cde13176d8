import type { EntityKey } from '../../model/index.ts';
import type { Nodes } from './nodes.ts';

/** Whose an account, mailbox or desk is, as the key of his account; null: nobody's, or nobody knows. */
export type PersonOf = (node: number) => EntityKey | null;

/** Accounts are their own, mailboxes of the account they are named like, desks of who sits there (desks.ts). */
export function personsOf(nodes: Nodes, desks: ReadonlyMap<string, string>): PersonOf {
  return (node) => {
    const { key, type } = nodes.at(node);
    if (type === 'account') return key;
    if (type === 'mailbox') return nodes.name(`account:${key.slice('mailbox:'.length).split('@')[0]}`);
    const owner = type === 'host' ? desks.get(key.slice('host:'.length)) : undefined;
    return owner === undefined ? null : nodes.name(`account:${owner}`);
  };
}
