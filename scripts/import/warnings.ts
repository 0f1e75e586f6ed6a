import type { DatabaseSync } from 'node:sqlite';

/** The warnings of a load, each once, however many they are. */
export class Warnings {
  private readonly scratch: DatabaseSync;
  count = 0;

  constructor(scratch: DatabaseSync) {
    this.scratch = scratch;
  }

  add(text: string): void {
    const { changes } = this.scratch.prepare('INSERT OR IGNORE INTO warnings VALUES (?)').run(text);
    this.count += Number(changes);
  }

  *list(): Generator<string> {
    for (const { text } of this.scratch.prepare('SELECT text FROM warnings ORDER BY rowid').iterate()) {
      yield String(text);
    }
  }
}
