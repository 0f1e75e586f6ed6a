import { foldUsername, lastHolders, serialKey, usernameOwners } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { StoredPerson } from './decide-person.ts';
import type { PersonLine } from './file/person-line.ts';
import type { FileFacts } from './file-facts.ts';
import { readPeople } from './person-store.ts';
import { say } from './say.ts';
import type { Warnings } from './warnings.ts';

/** Warns of new usernames whose address or serial another user has: one person may have come in twice. */
export class SharedTraits {
  private readonly tables: Tables;
  private readonly facts: FileFacts;
  private readonly warnings: Warnings;

  constructor(tables: Tables, facts: FileFacts, warnings: Warnings) {
    this.tables = tables;
    this.facts = facts;
    this.warnings = warnings;
  }

  /** Compares new persons with those of the file and with those who are stored. */
  async compare(lines: readonly PersonLine[]): Promise<void> {
    const emails = lines.map(({ email }) => email);
    const serials = lines.flatMap(({ physicalSerial }) => physicalSerial ?? []);
    const found = await this.tables.read({
      emails: emails.map((email) => lastHolders.at('EMAIL', email)),
      serials: serials.map((serial) => lastHolders.at('SERIAL', serial)),
    });
    const people = await this.readHolders([...found.emails, ...found.serials]);
    const holders = people.values();
    const byEmail = new Map(emails.map((email) => [email, holders.next().value]));
    const bySerial = new Map(serials.map((serial) => [serial, holders.next().value]));
    for (const { username, email, physicalSerial } of lines) {
      const sameEmail = byEmail.get(email);
      const emailIsTheirs = sameEmail?.user.email.toLowerCase() === email.toLowerCase();
      const other = emailIsTheirs
        ? sameEmail.user.username
        : this.facts.sharedWith('email', email.toLowerCase(), username);
      this.warn(username, other, { es: 'correo', en: 'e-mail address' });

      if (physicalSerial === null) continue;
      const key = serialKey(physicalSerial);
      const sameSerial = bySerial.get(physicalSerial);
      const serialIsTheirs = sameSerial?.physical && serialKey(sameSerial.physical.serial) === key;
      const holder = serialIsTheirs ? sameSerial.user.username : this.facts.sharedWith('serialAnywhere', key, username);
      this.warn(username, holder, { es: 'serial', en: 'serial' });
    }
  }

  private async readHolders(
    named: readonly ({ username: string } | undefined)[],
  ): Promise<(StoredPerson | undefined)[]> {
    const usernames = named.flatMap((one) => one?.username ?? []);
    if (usernames.length === 0) return [];
    const { owners } = await this.tables.read({ owners: usernames.map((username) => usernameOwners.at(username)) });
    const people = await readPeople(
      this.tables,
      owners.filter((owner) => owner !== undefined),
    );
    const byUsername = new Map(people.map((person) => [foldUsername(person?.user.username ?? ''), person]));
    return named.map((one) => one && byUsername.get(foldUsername(one.username)));
  }

  private warn(username: string, other: string | undefined, { es, en }: { es: string; en: string }): void {
    if (other === undefined || foldUsername(other) === foldUsername(username)) return;
    const [one, two] = [username, other].sort();
    this.warnings.add(
      say(
        `los usuarios ${one} y ${two} tienen el mismo ${es}: si son la misma persona, deshabilite uno`,
        `users ${one} and ${two} have the same ${en}: if they are one person, disable one of them`,
      ),
    );
  }
}
