import { DatabaseSync } from 'node:sqlite';

/**
 * Opens a database for facts of a whole file, however long. It stays in memory while it is small, and is then a file
 * that the system deletes with this process.
 */
export function openScratch(): DatabaseSync {
  const scratch = new DatabaseSync('');
  scratch.exec(`
    PRAGMA synchronous = OFF;
    CREATE TABLE facts (kind TEXT, subject BLOB, value BLOB, line INTEGER, label TEXT);
    CREATE TABLE bad (line INTEGER, reason TEXT, PRIMARY KEY (line, reason)) WITHOUT ROWID;
    CREATE TABLE warnings (text TEXT PRIMARY KEY);
    CREATE TABLE administrators (company TEXT, person TEXT, change TEXT, PRIMARY KEY (company, person));
    CREATE TABLE companies (company TEXT PRIMARY KEY, policy TEXT);
    CREATE INDEX by_line ON facts (line);
  `);
  return scratch;
}
