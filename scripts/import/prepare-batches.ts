import { type UsernameOwner, usernameOwners } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { CompanyRows } from './company-rows.ts';
import type { RawLine } from './csv-lines.ts';
import { OTHER_COMPANY } from './load-person.ts';
import { type BadLine, type PersonLine, parsePersonLine } from './person-line.ts';
import { retryPatiently } from './retry-patiently.ts';

/** Lines that are read together and written at once. */
const BATCH_LINES = 25;

/** A good line with whose its username is, once its company's row says what the line says. */
export interface PreparedLine {
  readonly line: PersonLine;
  readonly owner: UsernameOwner | undefined;
}

/** Lines that may be written beside any others that were given before. */
export interface Batch {
  readonly entries: readonly (PreparedLine | BadLine)[];
  /** To be called when all of it is written. */
  readonly finish: () => void;
}

/** Reads the lines in batches. A username's next line waits until its earlier one is written. */
export async function* prepareBatches(
  tables: Tables,
  lines: AsyncIterable<RawLine>,
  companies: CompanyRows,
): AsyncGenerator<Batch> {
  const underWay = new Map<string, Promise<void>>();
  for await (const group of groupsWithoutRepeats(lines)) {
    const usernames = group.filter(isPersonLine).map(usernameKey);
    await Promise.all(usernames.map((username) => underWay.get(username)));
    const entries = await retryPatiently(() => withOwners(tables, group));
    const prepared = entries.filter((entry) => 'line' in entry);
    await retryPatiently(() => companies.write(prepared.map(({ line }) => line.company)));

    const { promise, resolve } = Promise.withResolvers<void>();
    for (const username of usernames) underWay.set(username, promise);
    const finish = () => {
      for (const username of usernames) underWay.delete(username);
      resolve();
    };
    yield { entries, finish };
  }
}

async function* groupsWithoutRepeats(lines: AsyncIterable<RawLine>): AsyncGenerator<(PersonLine | BadLine)[]> {
  let group: (PersonLine | BadLine)[] = [];
  let usernames = new Set<string>();
  for await (const raw of lines) {
    const line = parsePersonLine(raw);
    const username = isPersonLine(line) ? usernameKey(line) : undefined;
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

/** A username of another company makes the line bad before anything of it is written. */
async function withOwners(
  tables: Tables,
  group: readonly (PersonLine | BadLine)[],
): Promise<(PreparedLine | BadLine)[]> {
  const usernames = group.filter(isPersonLine).map(({ username }) => username);
  const { found } = await tables.read({ found: usernames.map((username) => usernameOwners.at(username)) });
  const owners = found.values();
  return group.map((line) => {
    if (!isPersonLine(line)) return line;
    const owner = owners.next().value;
    if (owner && owner.companyId !== line.company.companyId) return { number: line.number, reason: OTHER_COMPANY };
    return { line, owner };
  });
}

function isPersonLine(line: PersonLine | BadLine): line is PersonLine {
  return 'username' in line;
}

function usernameKey({ username }: PersonLine): string {
  return usernameOwners.key(username).pk;
}
