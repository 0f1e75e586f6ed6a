/** Rows of one page, the first unless another is asked for. */
export const PAGE_SIZES = [25, 50, 100] as const;

/** Query members of every list: where it stands. The others are its filters. */
const SIZE = 'por';
const PAGE = 'pagina';
const CURSOR = 'cursor';

/** Where a list stands: the first page has no cursor. */
export interface ListPosition {
  readonly size: number;
  readonly page: number;
  readonly cursor: string | null;
}

/** Reads where the list stands; an address that says it by halves stands at the start. */
export function readPosition(parameters: URLSearchParams): ListPosition {
  const size = PAGE_SIZES.find((each) => String(each) === parameters.get(SIZE)) ?? PAGE_SIZES[0];
  const page = Number(parameters.get(PAGE));
  const cursor = parameters.get(CURSOR);
  return cursor && Number.isSafeInteger(page) && page > 1 ? { size, page, cursor } : { size, page: 1, cursor: null };
}

/** The address with one filter changed: another question, which begins at its first page. */
export function withFilter(parameters: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(parameters);
  if (value) next.set(name, value);
  else next.delete(name);
  return withPage(next, 1, null);
}

/** The address with so many rows on a page. */
export function withSize(parameters: URLSearchParams, size: number): URLSearchParams {
  return withFilter(parameters, SIZE, size === PAGE_SIZES[0] ? '' : String(size));
}

/** The address of another page of the same list. */
export function withPage(parameters: URLSearchParams, page: number, cursor: string | null): URLSearchParams {
  const next = new URLSearchParams(parameters);
  next.delete(PAGE);
  next.delete(CURSOR);
  if (page > 1 && cursor) {
    next.set(PAGE, String(page));
    next.set(CURSOR, cursor);
  }
  return next;
}

/** The address without any of these filters. */
export function withoutFilters(parameters: URLSearchParams, names: readonly string[]): URLSearchParams {
  return names.reduce((left, name) => withFilter(left, name, ''), parameters);
}
