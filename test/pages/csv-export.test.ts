import { callPatiently } from '../../console/src/console/call-patiently.ts';
import { type CsvPage, collectCsv, readNextCursor } from '../../console/src/console/csv-export.ts';

const HEADER = 'id,note\r\n';

/** Reads these pages one after another. */
function reader(...pages: readonly (string | Error)[]) {
  const asked: (string | null)[] = [];
  const read = async (cursor: string | null): Promise<CsvPage> => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    const page = pages[at];
    if (page === undefined || page instanceof Error) throw page ?? new Error('no such page');
    return { text: page, next: at + 1 < pages.length ? String(at + 1) : null };
  };
  return { read, asked };
}

it('joins pages to one file with one header row, and counts rows as it goes', async () => {
  const { read, asked } = reader(`${HEADER}1,a\r\n2,"b\r\nc ""d"""\r\n`, HEADER, `${HEADER}3,\r\n`);
  const counted: number[] = [];
  const file = await collectCsv(read, (rows) => counted.push(rows));
  expect(file.parts.join('')).toBe(`\uFEFF${HEADER}1,a\r\n2,"b\r\nc ""d"""\r\n3,\r\n`);
  expect([file.rows, counted, asked]).toEqual([3, [2, 2, 3], [null, '1', '2']]);
});

it('an empty list is a file of its header', async () => {
  const file = await collectCsv(reader(HEADER).read, () => {});
  expect([file.parts.join(''), file.rows]).toEqual([`\uFEFF${HEADER}`, 0]);
});

it.each([
  ['a page fails', [`${HEADER}1,a\r\n`, new Error('no answer')]],
  ['the columns change in between', [`${HEADER}1,a\r\n`, 'id,note,more\r\n2,b,c\r\n']],
  ['a page has no header', [`${HEADER}1,a\r\n`, '']],
])('there is no file where %s', async (_, pages) => {
  await expect(collectCsv(reader(...pages).read, () => {})).rejects.toThrow();
});

it('stops where its watcher throws', async () => {
  const { read, asked } = reader(`${HEADER}1,a\r\n`, `${HEADER}2,b\r\n`);
  const cancel = () => {
    throw new Error('cancelled');
  };
  await expect(collectCsv(read, cancel)).rejects.toThrow('cancelled');
  expect(asked).toEqual([null]);
});

it.each([
  ['<?limit=100&cursor=a.b%2Bc>; rel="next"', 'a.b+c'],
  ['<https://api.example/v1/tokens?cursor=x>; rel=next', 'x'],
  ['<?cursor=x>; rel="prev"', null],
  [null, null],
])('the Link %s leads to the cursor %s', (link, cursor) => {
  expect(readNextCursor(link)).toBe(cursor);
});

describe('a call that is made patiently', () => {
  const waited: number[] = [];
  const patience = {
    waitMs: (error: unknown, failures: number) =>
      String(error).includes('passing') && failures < 3 ? failures : undefined,
    sleep: async (ms: number) => void waited.push(ms),
  };
  const failing = (...errors: string[]) => {
    let calls = 0;
    return async () => {
      const error = errors[calls];
      calls += 1;
      if (error) throw new Error(error);
      return calls;
    };
  };

  it('is made again while that may help', async () => {
    waited.length = 0;
    await expect(callPatiently(failing('passing', 'passing'), patience)).resolves.toBe(3);
    expect(waited).toEqual([1, 2]);
  });

  it.each([
    ['it failed too often', ['passing', 'passing', 'passing']],
    ['it would not help', ['refused']],
  ])('fails where %s', async (_, errors) => {
    await expect(callPatiently(failing(...errors), patience)).rejects.toThrow(errors.at(-1));
  });
});
