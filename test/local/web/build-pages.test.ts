import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placePages } from '../../../local/web/build-pages.ts';

let served: string;

beforeEach(() => {
  served = mkdtempSync(join(tmpdir(), 'llavero-pages-'));
});
afterEach(() => rmSync(served, { recursive: true }));

/** A finished build of both pages, beside those that are served. */
function build(name: string, text: string): string {
  const built = join(served, name);
  for (const page of ['console', 'phone']) {
    mkdirSync(join(built, page), { recursive: true });
    writeFileSync(join(built, page, 'index.html'), text);
  }
  return built;
}

const pages = () => ['console', 'phone'].map((page) => readFileSync(join(served, page, 'index.html'), 'utf8'));

it('puts finished pages where there were none, and in place of others’ as a whole', () => {
  placePages(build('.one', 'one'), served, 'digest-1');
  writeFileSync(join(served, 'console/left.js'), '');
  expect(pages()).toEqual(['one', 'one']);
  placePages(build('.two', 'two'), served, 'digest-2');
  expect([pages(), readdirSync(join(served, 'console'))]).toEqual([['two', 'two'], ['index.html']]);
});

it('leaves those that another start has built from the same sources, and serves', () => {
  placePages(build('.one', 'one'), served, 'digest-1');
  const { ino } = statSync(join(served, 'console'));
  placePages(build('.two', 'one'), served, 'digest-1');
  expect(statSync(join(served, 'console')).ino).toBe(ino);
});

it('takes the place of what another start has left half done', () => {
  placePages(build('.one', 'one'), served, 'digest-1');
  rmSync(join(served, 'phone/index.html'));
  placePages(build('.two', 'two'), served, 'digest-1');
  expect(pages()).toEqual(['two', 'two']);
});
