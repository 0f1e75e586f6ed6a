import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { foldUsername, serialKey, spellingKey } from '../../shared/repositories/items.ts';
import type { PersonLine } from './file/person-line.ts';
import { faultIn } from './say.ts';

type Kind = 'company' | 'username' | 'serial' | 'spelling' | 'email' | 'serialAnywhere';

/** Lines of a contradiction that a message names. */
const NAMED_LINES = 5;

const NOT_BAD = 'line NOT IN (SELECT line FROM bad)';

/** Of what two lines may not say different things, and the remedy. */
const CONTRADICTIONS: readonly { kind: Kind; describe: (lines: string) => string }[] = [
  {
    kind: 'company',
    describe: (lines) =>
      faultIn(
        'company_id',
        `las líneas ${lines} dan a esta empresa nombres o políticas distintas: deje en todas los mismos`,
        `lines ${lines} give this company different names or policies: make them the same in all`,
      ),
  },
  {
    kind: 'username',
    describe: (lines) =>
      faultIn(
        'username',
        `las líneas ${lines} dicen cosas distintas de este usuario: deje una sola`,
        `lines ${lines} say different things of this user: keep one of them`,
      ),
  },
  {
    kind: 'serial',
    describe: (lines) =>
      faultIn(
        'physical_serial',
        `las líneas ${lines} dan el mismo serial a usuarios distintos: déjelo solo a quien tiene el token`,
        `lines ${lines} give one serial to different users: leave it to the one who has the token`,
      ),
  },
];

/** The whole file's word on each company, username, serial and address; of names and addresses it keeps digests. */
export class FileFacts {
  private readonly scratch: DatabaseSync;

  constructor(scratch: DatabaseSync) {
    this.scratch = scratch;
  }

  /** Usernames of the file's good lines. */
  countUsers(): number {
    const row = this.scratch
      .prepare("SELECT COUNT(DISTINCT subject) AS users FROM facts WHERE kind = 'username'")
      .get();
    return Number(row?.users);
  }

  /** Notes the good lines of a file, and judges them as a whole. */
  async note(lines: AsyncIterable<PersonLine>): Promise<void> {
    const insert = this.scratch.prepare('INSERT INTO facts VALUES (?, ?, ?, ?, ?)');
    this.scratch.exec('BEGIN');
    for await (const line of lines) {
      for (const [kind, subject, value, label] of listFacts(line)) {
        insert.run(kind, digest(subject), digest(value), line.number, label ?? null);
      }
    }
    this.scratch.exec('COMMIT; CREATE INDEX by_subject ON facts (kind, subject, value, line);');
    for (const { kind, describe } of CONTRADICTIONS) this.judge(kind, describe);
  }

  /** Why a line is bad that is good by itself; undefined where it is not. */
  faultAt(line: number): string | undefined {
    const reasons = this.scratch.prepare('SELECT reason FROM bad WHERE line = ?').all(line);
    return reasons.length > 0 ? reasons.map(({ reason }) => String(reason)).join('; ') : undefined;
  }

  /** The ids of the file's companies that are this one's but for case and punctuation, itself among them. */
  spellings(companyId: string): string[] {
    const found = this.scratch
      .prepare(`SELECT DISTINCT label FROM facts WHERE kind = 'spelling' AND subject = ? AND ${NOT_BAD} ORDER BY label`)
      .all(digest(spellingKey(companyId)));
    return found.map(({ label }) => String(label));
  }

  /** One id of each group of the file's companies that differ in case and punctuation alone. */
  *misspelled(): Generator<string> {
    const groups = this.scratch.prepare(
      `SELECT MIN(label) AS label FROM facts WHERE kind = 'spelling' AND ${NOT_BAD}
       GROUP BY subject HAVING COUNT(DISTINCT value) > 1`,
    );
    for (const { label } of groups.iterate()) yield String(label);
  }

  /** The first other user of the file with this address or serial; undefined where there is none. */
  sharedWith(kind: 'email' | 'serialAnywhere', subject: string, username: string): string | undefined {
    const found = this.scratch
      .prepare(
        `SELECT label FROM facts WHERE kind = ? AND subject = ? AND value <> ? AND ${NOT_BAD} ORDER BY line LIMIT 1`,
      )
      .get(kind, digest(subject), digest(foldUsername(username)));
    return found && String(found.label);
  }

  /** True if an earlier line says the same of the same user. */
  isRepeated(line: number): boolean {
    const found = this.scratch
      .prepare(
        `SELECT 1 FROM facts AS this JOIN facts AS earlier USING (kind, subject)
         WHERE this.kind = 'username' AND this.line = ? AND earlier.line < this.line LIMIT 1`,
      )
      .get(line);
    return found !== undefined;
  }

  private judge(kind: Kind, describe: (lines: string) => string): void {
    const groups = this.scratch
      .prepare('SELECT subject FROM facts WHERE kind = ? GROUP BY subject HAVING COUNT(DISTINCT value) > 1')
      .iterate(kind);
    const first = this.scratch.prepare(
      'SELECT MIN(line) AS line FROM facts WHERE kind = ? AND subject = ? GROUP BY value ORDER BY 1 LIMIT ?',
    );
    const insert = this.scratch.prepare(
      'INSERT OR IGNORE INTO bad SELECT line, ? FROM facts WHERE kind = ? AND subject = ?',
    );
    for (const { subject } of groups) {
      const lines = first.all(kind, subject ?? null, NAMED_LINES).map(({ line }) => String(line));
      insert.run(describe(lines.join(', ')), kind, subject ?? null);
    }
  }
}

function listFacts(line: PersonLine): [kind: Kind, subject: string, value: string, label?: string][] {
  const { company, fullName, email, role, physicalSerial } = line;
  const { companyId, name, authorizationPolicy } = company;
  const username = foldUsername(line.username);
  const whole = JSON.stringify([companyId, fullName, email, role, physicalSerial]);
  return [
    ['company', companyId, JSON.stringify([name, authorizationPolicy])],
    ['username', username, whole],
    ['spelling', spellingKey(companyId), companyId, companyId],
    ['email', email.toLowerCase(), username, line.username],
    ...(physicalSerial === null
      ? []
      : [
          ['serial', JSON.stringify([companyId, serialKey(physicalSerial)]), username] as [Kind, string, string],
          ['serialAnywhere', serialKey(physicalSerial), username, line.username] as [Kind, string, string, string],
        ]),
  ];
}

/** Half of SHA-256: no two texts of a file share it. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
