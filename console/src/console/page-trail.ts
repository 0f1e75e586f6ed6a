/** The cursors of the pages of one list that this tab has been on, by their numbers. */
interface Trail {
  readonly list: string;
  readonly cursors: Readonly<Record<string, string>>;
}

const TRAIL_KEY = 'llavero.pages';

/** Keeps where a page of the list begins, so that one can go back to it; only the list looked at last is kept. */
export function rememberPage(storage: Storage, list: string, page: number, cursor: string): void {
  const cursors = { ...readTrail(storage, list)?.cursors, [page]: cursor };
  storage.setItem(TRAIL_KEY, JSON.stringify({ list, cursors } satisfies Trail));
}

/** Tells where a page of the list begins: null for the first, undefined where this tab has not been. */
export function recallPage(storage: Storage, list: string, page: number): string | null | undefined {
  return page <= 1 ? null : readTrail(storage, list)?.cursors[page];
}

function readTrail(storage: Storage, list: string): Trail | undefined {
  const trail = JSON.parse(storage.getItem(TRAIL_KEY) ?? 'null') as Trail | null;
  return trail?.list === list ? trail : undefined;
}
