import type { Client } from '@llavero/client';
import { useEffect, useRef, useState } from 'react';
import { useWorkplace } from '../shared/session-context.tsx';
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

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly rows: number }
  | { readonly kind: 'failed'; readonly error: unknown };

const NAMES = { '/tokens': 'tokens', '/changes': 'cambios', '/events': 'registro' } as const;

/** Exports a list to one file, whole however long; what fails or is cancelled leaves no file. */
export function useCsvExport(exported: ExportedList) {
  const { service } = useWorkplace();
  const [state, setState] = useState<ExportState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState({ kind: 'running', rows: 0 });
    try {
      const read = (cursor: string | null) =>
        callPatiently(() => readCsvPage(service, exported, cursor, signal), PATIENCE);
      const { parts, rows } = await collectCsv(read, (count) => {
        signal.throwIfAborted();
        setState({ kind: 'running', rows: count });
      });
      const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Bogota' }).format(new Date());
      saveFile(new Blob([...parts], { type: 'text/csv;charset=utf-8' }), `llavero-${NAMES[exported.list]}-${day}.csv`);
      setState({ kind: 'done', rows });
    } catch (error) {
      setState(signal.aborted ? { kind: 'idle' } : { kind: 'failed', error });
    }
  };
  return { state, start: () => void start(), cancel: () => running.current?.abort() };
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
