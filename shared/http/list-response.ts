import type { ApiResponse } from './api-handler.ts';
import { writeCsv } from './csv.ts';

/** The request of a list: the form of its answer, and its query, which the next page's is made of. */
interface ListRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Takes the header by which a list is asked for as CSV, for {@link respondWithPage}. */
export function readAccept(get: (name: string) => string | undefined): Readonly<Record<string, string>> {
  return { accept: get('Accept') ?? '' };
}

/** Answers a page of a list: as JSON, or as CSV with the next page's address in `Link`, where that is preferred. */
export function respondWithPage(
  body: { readonly items: readonly object[]; readonly nextCursor: string | null; readonly matches?: object },
  { headers, query }: ListRequest,
  columns: readonly string[],
): ApiResponse {
  if (!prefersCsv(headers.accept ?? '')) return { status: 200, body };
  const { items, nextCursor } = body;
  return {
    status: 200,
    csv: writeCsv(columns, items),
    ...(nextCursor === null ? {} : { link: `<${nextAddress(query, nextCursor)}>; rel="next"` }),
  };
}

/** Relative to the address that was called, by whatever name that was. */
function nextAddress(query: ListRequest['query'], cursor: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor })) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `?${parameters}`;
}

/** True if CSV is named, and JSON is not at least as welcome. */
function prefersCsv(accept: string): boolean {
  const weights = new Map(accept.split(',').map(parseRange));
  const csv = weights.get('text/csv') ?? 0;
  return csv > (weights.get('application/json') ?? 0);
}

function parseRange(range: string): [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  return [type, weight === undefined ? 1 : Number(weight.replace(/^q\s*=\s*/, '')) || 0];
}
