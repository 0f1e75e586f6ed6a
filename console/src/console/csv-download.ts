import type { Client } from '@llavero/client';
import type { ChangeQuery, EventQuery, TokenQuery } from './api-types.ts';
import { callPatiently } from './call-patiently.ts';
import { type CsvPage, collectCsv, readNextCursor } from './csv-export.ts';
import { PATIENCE } from './patience.ts';
import { saveFile } from './save-file.ts';

/** A list that can be exported, as it is filtered. */
export type ExportedList =
  | { readonly list: '/tokens'; readonly query: TokenQuery }
  | { readonly list: '/changes'; readonly query: ChangeQuery }
  | { readonly list: '/events'; readonly query: EventQuery };

const NAMES = { '/tokens': 'tokens', '/changes': 'cambios', '/events': 'registro' } as const;

interface CsvDownload {
  readonly service: Client;
  readonly exported: ExportedList;
  readonly signal: AbortSignal;
  readonly onRows: (count: number) => void;
}

/** Reads a list to its end and saves it as one file; gives the number of its rows. */
export async function downloadCsv({ service, exported, signal, onRows }: CsvDownload): Promise<number> {
  const read = (cursor: string | null) => callPatiently(() => readCsvPage(service, exported, cursor, signal), PATIENCE);
  const { parts, rows } = await collectCsv(read, (count) => {
    signal.throwIfAborted();
    onRows(count);
  });
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Bogota' }).format(new Date());
  saveFile(new Blob([...parts], { type: 'text/csv;charset=utf-8' }), `llavero-${NAMES[exported.list]}-${day}.csv`);
  return rows;
}

async function readCsvPage(
  service: Client,
  exported: ExportedList,
  cursor: string | null,
  signal: AbortSignal,
): Promise<CsvPage> {
  const range = { limit: 100, ...(cursor ? { cursor } : {}) };
  const options = { headers: { Accept: 'text/csv' }, parseAs: 'text', signal } as const;
  const { data, response } = await askForCsv(service, exported, range, options);
  return { text: data ?? '', next: readNextCursor(response.headers.get('link')) };
}

type Range = { limit: number; cursor?: string };
type Options = { headers: { Accept: string }; parseAs: 'text'; signal: AbortSignal };

function askForCsv(service: Client, { list, query }: ExportedList, range: Range, options: Options) {
  switch (list) {
    case '/tokens':
      return service.GET(list, { ...options, params: { query: { ...query, ...range } } });
    case '/changes':
      return service.GET(list, { ...options, params: { query: { ...query, ...range } } });
    case '/events':
      return service.GET(list, { ...options, params: { query: { ...query, ...range } } });
  }
}
