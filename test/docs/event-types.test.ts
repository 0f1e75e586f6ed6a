import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { companyEventTypeSchema, type TokenEvent, tokenEventTypeSchema } from '../../shared/domain/event.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';

const DOCS = join(__dirname, '../../docs');
const read = (name: string) => readFileSync(join(DOCS, name), 'utf8');

/** The rows of a section's table: the types of the first cell, and all that is code in the last. */
function rows(heading: string): [types: string[], details: string[]][] {
  const section = read('record.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`[A-Z_`, ]+`) \|.*\| ([^|]*)\|$/gm)].map(([, types = '', details = '']) => [
    namesIn(types),
    namesIn(details),
  ]);
}

const namesIn = (cell: string) => [...cell.matchAll(/`([A-Za-z_]+)`/g)].map(([, name = '']) => name);

const ofTokens = rows('The events of a token');

it('lists each type of event once, those of tokens and those of companies', () => {
  expect(ofTokens.flatMap(([types]) => types)).toEqual(tokenEventTypeSchema.options);
  const ofCompanies = rows('The company’s own record'.replace('’', "'"));
  expect(ofCompanies.flatMap(([types]) => types)).toEqual(companyEventTypeSchema.options);
});

it('lists each detail that an event of the test vectors has', () => {
  const receipts: Receipt[] = readdirSync(join(DOCS, 'vectors/receipts'))
    .filter((name) => /^(?:release|block|unblock|rescue)[^.]*\.json$/.test(name))
    .map((name) => JSON.parse(read(`vectors/receipts/${name}`)));
  const events: TokenEvent[] = [
    ...JSON.parse(read('vectors/events.json')).events,
    ...receipts.flatMap(({ record, device }) => [record.before, ...record.events, record.after, device?.enrolment]),
  ].filter((event) => event);
  const listed = new Map(ofTokens.flatMap(([types, details]) => types.map((type) => [type, details])));
  const missing = events.flatMap(({ type, details }) =>
    Object.keys(details).filter((name) => name !== 'requestId' && !listed.get(type)?.includes(name)),
  );
  expect([events.length > 20, missing]).toEqual([true, []]);
});
