import { ApiProblemError } from '@llavero/client';
import { useEffect } from 'react';
import { useSearchParams } from 'wouter';
import { readPosition, withFilter, withoutFilters, withPage, withSize } from './list-address.ts';
import { recallPage, rememberPage } from './page-trail.ts';

/** The state of a list in its address: back and forth turn its pages, and a reload or a sent link show the same. */
export function useListAddress<Name extends string>(list: string, filterNames: readonly Name[]) {
  const [parameters, setParameters] = useSearchParams();
  const position = readPosition(parameters);
  const filters = Object.fromEntries(filterNames.map((name) => [name, parameters.get(name) ?? ''])) as Record<
    Name,
    string
  >;
  const question = JSON.stringify([list, filters, position.size]);
  const before = recallPage(sessionStorage, question, position.page - 1);

  const replace = (change: (previous: URLSearchParams) => URLSearchParams): void =>
    setParameters(change, { replace: true });
  const turnTo = (page: number, cursor: string | null): void => {
    if (cursor) rememberPage(sessionStorage, question, page, cursor);
    setParameters((previous) => withPage(previous, page, cursor));
  };
  return {
    position,
    filters,
    isFiltered: Object.values(filters).some(Boolean),
    filter: (name: Name, value: string): void => replace((previous) => withFilter(previous, name, value)),
    resize: (size: number): void => replace((previous) => withSize(previous, size)),
    clear: (): void => replace((previous) => withoutFilters(previous, filterNames)),
    restart: (): void => replace((previous) => withPage(previous, 1, null)),
    first: (): void => turnTo(1, null),
    next: (cursor: string): void => turnTo(position.page + 1, cursor),
    /** Undefined where this tab has not been on the page before, as after a sent link. */
    previous: position.page > 1 && before !== undefined ? (): void => turnTo(position.page - 1, before) : undefined,
  };
}

export type ListAddress = Omit<ReturnType<typeof useListAddress>, 'filter' | 'filters'>;

/** A position that is not of this list, or past its end, leads to its start. */
export function useLostPosition(
  { position, restart }: ListAddress,
  {
    error,
    data,
    isPlaceholderData,
  }: { error: unknown; data?: { items: unknown[] } | undefined; isPlaceholderData: boolean },
): void {
  const refused =
    error instanceof ApiProblemError && error.problem.errors?.some(({ path }) => path === 'cursor') === true;
  const lost = position.page > 1 && (refused || (!isPlaceholderData && data?.items.length === 0));
  useEffect(() => {
    if (lost) restart();
  }, [lost, restart]);
}
