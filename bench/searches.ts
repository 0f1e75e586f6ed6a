import { type Company, loadCompanies, nth } from '../test/cloud/support/company.ts';
import { openWeb, type Web } from '../test/cloud/support/web.ts';

/** A company that many search at once asks for more than a quiet machine shows: the median is of so many. */
const TIMES = 21;
const SMALL = 10;

/** A search's medians in milliseconds: of a company of ten, and of the large one. */
export interface MeasuredSearch {
  readonly name: string;
  readonly small: number;
  readonly large: number;
}

/** Loads a company of ten and one of so many people, and asks both the same searches in turns. */
export async function measureSearches(port: number, people: number): Promise<MeasuredSearch[]> {
  process.env.LLAVERO_CLOUD_PORT = String(port);
  const wishes = [SMALL, people].map((count) => ({ administrators: 1, secondaries: count - 1 }));
  const companies = await loadCompanies('BENCH', wishes);
  const sides = await Promise.all(companies.map(openSide));
  const measured: MeasuredSearch[] = [];
  for (const name of SEARCHES.keys()) {
    const times: number[][] = sides.map(() => []);
    for (let time = 0; time < TIMES; time++) {
      for (const [index, side] of sides.entries()) times[index]?.push(await side(name));
    }
    const [small = Number.NaN, large = Number.NaN] = times.map(median);
    measured.push({ name, small, large });
  }
  return measured;
}

/** The searches of a company, of which the last user is sought. */
const SEARCHES = new Map<string, (sought: { readonly username: string; readonly word: string }) => string>([
  ['the first page', () => ''],
  ['a word of one user', ({ word }) => word],
  ['a whole username', ({ username }) => username],
  ['a whole e-mail address', ({ username }) => `${username}@demo.invalid`],
  ['a word of one user, one of all', ({ word }) => `titular ${word}`],
  ['a word of all', () => 'demo'],
  ['a word of nobody', () => 'nadie'],
]);

/** Asks one of the searches, and tells how long its answer took. */
async function openSide(company: Company): Promise<(name: string) => Promise<number>> {
  const web: Web = await openWeb(nth(company.administrators, 0));
  const { username } = nth(company.secondaries, company.secondaries.length - 1);
  const sought = { username, word: username.split('-').at(-1) ?? '' };
  return async (name) => {
    const q = SEARCHES.get(name)?.(sought) ?? '';
    const started = performance.now();
    const { status } = await web.send('GET', `/tokens?kind=VIRTUAL&q=${encodeURIComponent(q)}`);
    if (status !== 200) throw new Error(`A search was answered ${status}`);
    return performance.now() - started;
  };
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
