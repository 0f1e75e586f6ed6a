import { claimSerial, claimUsername, settleSerial } from '../../shared/repositories/claims.ts';
import {
  foldUsername,
  type SerialHolder,
  serialHolders,
  serialKey,
  type UsernameOwner,
  usernameClaims,
  usernameOwners,
} from '../../shared/repositories/items.ts';
import type { Tables, Write } from '../../shared/repositories/tables.ts';
import type { CompanyRows } from './company-rows.ts';
import type { StoredPerson } from './decide-person.ts';
import type { BadLine, PersonLine } from './file/person-line.ts';
import { readPeople } from './person-store.ts';
import { retryPatiently } from './retry-patiently.ts';
import { faultIn } from './say.ts';
import type { SharedTraits } from './shared-traits.ts';

/** Lines that are read together and written at once: their claims are one transaction of at most 75 items. */
const BATCH_LINES = 25;

/** Why a line may not name a user of another company's. */
export const OTHER_COMPANY = faultIn(
  'username',
  'es de otra empresa: use otro nombre de usuario',
  'belongs to another company: use another username',
);
/** Why a line may not name a user who goes by another name. */
export const refuseFormerName = (name: string): string =>
  faultIn('username', `ahora es ${name}: use ese nombre`, `is now ${name}: use that name`);
const CLAIMED = faultIn(
  'username',
  'otra carga lo está creando en otra empresa: use otro nombre de usuario, o cargue de nuevo en una hora',
  'another load is creating it in another company: use another username, or load again in an hour',
);
export const SERIAL_TAKEN = faultIn(
  'physical_serial',
  'lo tiene otro usuario de la empresa: corríjalo, o cargue antes al otro con otro serial',
  'another user of the company has it: correct it, or load the other one with another serial first',
);

/** A good line with what is stored of its person; its username and its serial are this load's. */
export interface PreparedLine {
  readonly line: PersonLine;
  readonly owner: UsernameOwner | undefined;
  readonly stored: StoredPerson | undefined;
}

/** Lines that may be written beside any others that were given before. */
export interface Batch {
  readonly entries: readonly (PreparedLine | BadLine)[];
  /** To be called when all of it is written. */
  readonly finish: () => void;
}

/** Everything by which lines are prepared. */
export interface Preparing {
  readonly tables: Tables;
  readonly companies: Pick<CompanyRows, 'remember'>;
  readonly traits: Pick<SharedTraits, 'compare'>;
  readonly now: () => Date;
  readonly dryRun: boolean;
}

/** Reads and claims in batches. A username's next line waits until its earlier one is written. */
export async function* prepareBatches(
  lines: AsyncIterable<PersonLine | BadLine> | Iterable<PersonLine>,
  preparing: Preparing,
): AsyncGenerator<Batch> {
  const underWay = new Map<string, Promise<void>>();
  for await (const group of groupsWithoutRepeats(lines)) {
    const usernames = group.filter(isPersonLine).map(({ username }) => foldUsername(username));
    await Promise.all(usernames.map((username) => underWay.get(username)));
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const username of usernames) underWay.set(username, promise);
    const finish = () => {
      for (const username of usernames) if (underWay.get(username) === promise) underWay.delete(username);
      resolve();
    };
    const entries = await retryPatiently(() => preparing.tables.decideAgain(() => prepareGroup(group, preparing)));
    yield { entries, finish };
  }
}

async function* groupsWithoutRepeats(
  lines: AsyncIterable<PersonLine | BadLine> | Iterable<PersonLine>,
): AsyncGenerator<(PersonLine | BadLine)[]> {
  let group: (PersonLine | BadLine)[] = [];
  let usernames = new Set<string>();
  for await (const line of lines) {
    const username = isPersonLine(line) ? foldUsername(line.username) : undefined;
    if (group.length >= BATCH_LINES || (username !== undefined && usernames.has(username))) {
      yield group;
      group = [];
      usernames = new Set();
    }
    group.push(line);
    if (username !== undefined) usernames.add(username);
  }
  if (group.length > 0) yield group;
}

/** Finds whose each username and serial is, and claims those that are nobody's: before anything else is written. */
async function prepareGroup(
  group: readonly (PersonLine | BadLine)[],
  { tables, companies, traits, now, dryRun }: Preparing,
): Promise<(PreparedLine | BadLine)[]> {
  const time = now();
  const judged = await judgeGroup(tables, group, time);
  const owners = judged.flatMap((entry) => ('line' in entry && entry.owner) || []);
  const people = await readPeople(tables, owners);
  const storedByOwner = new Map(people.map((stored, index) => [owners[index], stored]));
  const entries = judged.map((entry) =>
    'line' in entry ? { ...entry, stored: entry.owner && storedByOwner.get(entry.owner) } : entry,
  );
  const good = entries.filter((entry) => 'line' in entry);
  const claims = good.flatMap((entry) => claimWrites(entry, time));
  if (!dryRun && claims.length > 0) await tables.transact(claims);
  await companies.remember(good.map(({ line }) => line.company.companyId));
  await traits.compare(good.flatMap(({ line, owner }) => (owner ? [] : [line])));
  return entries;
}

interface JudgedLine {
  readonly line: PersonLine;
  readonly owner: UsernameOwner | undefined;
  readonly serialHolder: SerialHolder | undefined;
}

/** Each line with whose its username and its serial are, or why it is bad. */
async function judgeGroup(
  tables: Tables,
  group: readonly (PersonLine | BadLine)[],
  now: Date,
): Promise<(JudgedLine | BadLine)[]> {
  const lines = group.filter(isPersonLine);
  const withSerial = lines.filter(({ physicalSerial }) => physicalSerial !== null);
  const read = await tables.read({
    owners: lines.map(({ username }) => usernameOwners.at(username)),
    claims: lines.map(({ username }) => usernameClaims.at(username)),
    serials: withSerial.map(({ company, physicalSerial }) => serialHolders.at(company.companyId, physicalSerial ?? '')),
  });
  const owners = new Map(lines.map((line, index) => [line, read.owners[index]]));
  const claims = new Map(lines.map((line, index) => [line, read.claims[index]]));
  const holders = new Map(withSerial.map((line, index) => [line, read.serials[index]]));
  return group.map((line) => {
    if (!isPersonLine(line)) return line;
    const { companyId } = line.company;
    const [owner, claim, serialHolder] = [owners.get(line), claims.get(line), holders.get(line)];
    const refuse = (reason: string) => ({ number: line.number, reason });
    if (owner && owner.companyId !== companyId) return refuse(OTHER_COMPANY);
    if (owner?.renamedTo !== undefined) return refuse(refuseFormerName(owner.renamedTo));
    if (claim && claim.companyId !== companyId && !isOver(claim, now)) return refuse(CLAIMED);
    if (serialHolder && !isHeldBy(line, serialHolder) && !isOver(serialHolder, now)) return refuse(SERIAL_TAKEN);
    return { line, owner, serialHolder };
  });
}

function claimWrites({ line, owner, stored, serialHolder }: JudgedLine & PreparedLine, now: Date): Write[] {
  const { username, company, physicalSerial: serial } = line;
  const { companyId } = company;
  const writes = owner ? [] : claimUsername(username, companyId, now);
  const isSettled = serialHolder?.until === undefined && serialHolder && isHeldBy(line, serialHolder);
  if (serial === null || isSettled) return writes;
  // A serial that was loaded before serials were kept apart is settled by the next load of its line.
  const isTheirs = stored?.physical && serialKey(stored.physical.serial) === serialKey(serial);
  const write = isTheirs ? settleSerial : claimSerial;
  return [...writes, write({ companyId, username, serial }, now)];
}

function isHeldBy({ username }: PersonLine, holder: SerialHolder): boolean {
  return holder.username === foldUsername(username);
}

function isOver({ until }: { readonly until?: string | undefined }, now: Date): boolean {
  return until !== undefined && until <= now.toISOString();
}

function isPersonLine(line: PersonLine | BadLine): line is PersonLine {
  return 'username' in line;
}
