import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { writeCsv } from '../../../shared/http/csv.ts';
import { respondWithPage } from '../../../shared/http/list-response.ts';

/** Reads as any program does that knows RFC 4180, then takes away the apostrophe that keeps a spreadsheet from running a cell. */
function readCsv(text: string): string[][] {
  const rows: string[][] = parse(text, { recordDelimiter: '\r\n', relaxColumnCount: false });
  return rows.map((cells) => cells.map((cell) => cell.replace(/^'/, '')));
}

const cells = (text: string): string[][] => parse(text, { recordDelimiter: '\r\n' });
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[=+\-@\t\r\n '",;|＝].{0,20}$/s),
  fc.constantFrom('', '=HYPERLINK("http://x","y")', '-1', '+57 1', '@SUM(A1)', "'", "''=", '\u00a0=1', 'línea\r\notra'),
);

it('reads back what it wrote, whatever the texts are', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ one: texts, two: texts }), { maxLength: 5 }), (items) => {
      const written = writeCsv(['one', 'two'], items);
      expect(readCsv(written)).toEqual([['one', 'two'], ...items.map(({ one, two }) => [one, two])]);
    }),
  );
});

it('writes no cell that a spreadsheet would run', () => {
  fc.assert(
    fc.property(texts, texts, (one, two) => {
      for (const cell of cells(writeCsv(['one', 'two'], [{ one, two }])).flat())
        expect(cell).not.toMatch(/^\s*[=+\-@\t\r＝＋－＠]/);
    }),
  );
});

it('writes a header row, then paths in items: lists as words, parts as JSON, what is not there as nothing', () => {
  const item = {
    id: '-a"b',
    holder: { name: 'Ana, María', enabled: true },
    none: null,
    actions: ['RELEASE', 'BLOCK'],
    details: { from: 'ACTIVE', seq: 1 },
    version: 3,
  };
  const columns = ['id', 'holder.name', 'holder.enabled', 'none', 'none.name', 'actions', 'details', 'version'];
  expect(writeCsv(columns, [item])).toBe(
    [
      'id,holder.name,holder.enabled,none,none.name,actions,details,version',
      `"'-a""b","Ana, María",true,,,RELEASE BLOCK,"{""from"":""ACTIVE"",""seq"":1}",3`,
      '',
    ].join('\r\n'),
  );
});

it('writes of an item only what it has itself, and no list without its header', () => {
  expect(writeCsv(['constructor', 'toString.name'], [{}])).toBe('constructor,toString.name\r\n,\r\n');
  expect(writeCsv(['a'], [])).toBe('a\r\n');
});

describe('the form of a list', () => {
  const page = { items: [{ id: 'a' }], nextCursor: 'x.y' };
  const answer = (accept: string | undefined, nextCursor: string | null = 'x.y') =>
    respondWithPage(
      { ...page, nextCursor },
      { headers: accept === undefined ? {} : { accept }, query: { q: 'Á b', limit: 1, status: undefined } },
      ['id'],
    );

  it.each(['text/csv', 'TEXT/CSV;charset=utf-8', 'text/csv, */*;q=0.1', 'application/json;q=0.5, text/csv'])(
    'is CSV where it is asked for by %s, and says where the next page is',
    (accept) => {
      expect(answer(accept)).toEqual({
        status: 200,
        csv: 'id\r\na\r\n',
        link: '<?q=%C3%81+b&limit=1&cursor=x.y>; rel="next"',
      });
      expect(answer(accept, null)).toEqual({ status: 200, csv: 'id\r\na\r\n' });
    },
  );

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/json, text/csv',
    'text/csv;q=0',
    'text/*',
    'text/csv;q=x',
  ])('is JSON where it is asked for by %s', (accept) => {
    expect(answer(accept)).toEqual({ status: 200, body: page });
  });
});
