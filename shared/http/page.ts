import type { Uses } from '../world.ts';

/** Reads one page of a list from an authenticated cursor, and seals where the next one starts. */
export async function page<T>(
  { cursorKey }: Uses<'cursorKey'>,
  list: { companyId: string; route: string; filter: Readonly<Record<string, string | undefined>> },
  cursor: string | undefined,
  read: (
    start: Record<string, string> | undefined,
  ) => Promise<{ items: T[]; next: Record<string, string> | undefined }>,
): Promise<{ items: T[]; nextCursor: string | null }> {
  const given = Object.entries(list.filter).filter(([, value]) => value !== undefined);
  const identity = [list.companyId, list.route, Object.fromEntries(given)];
  const { items, next } = await read(cursor === undefined ? undefined : await cursorKey.open(cursor, identity));
  return { items, nextCursor: next ? await cursorKey.seal(next, identity) : null };
}
