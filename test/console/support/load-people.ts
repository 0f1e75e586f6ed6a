import { randomBytes } from 'node:crypto';
import { importPeople, type Person, type Role } from '../../cloud/support/company.ts';

/** Loads a company of people with these names; their usernames are new each time. */
export async function loadPeople(named: readonly { name: string; role: Role }[]): Promise<Person[]> {
  const run = randomBytes(2).toString('hex');
  const people = named.map(({ name, role }, index): Person => {
    const username = `demo.${run}.${index + 1}`;
    return {
      companyId: `DEMO-${run}`,
      companyName: 'Empresa Demo Andina',
      policy: 'REQUESTER',
      username,
      fullName: name,
      role,
      physicalSerial: `FT-${run}-${index + 1}`,
      activationCode: undefined,
    };
  });
  const codes = await importPeople(people);
  return people.map((person) => ({ ...person, activationCode: codes.get(person.username) }));
}
