import type { Change } from './change.ts';
import { asPerson, type NamedPerson, type Person, type User } from './user.ts';

/** The change with the username of somebody who acts on it. */
export function withUsername<C extends Change>(change: C, { userId, username }: Pick<User, 'userId' | 'username'>): C {
  return { ...change, names: { ...change.names, usernames: { ...change.names?.usernames, [userId]: username } } };
}

/** A person of a change with their username, where the change knows it. */
export function namePerson({ names }: Pick<Change, 'names'>, person: Person): NamedPerson {
  const username = new Map(Object.entries(names?.usernames ?? {})).get(person.userId);
  return { ...asPerson(person), ...(username === undefined ? {} : { username }) };
}
