import { useEffect, useRef, useState } from 'react';
import { useWorkplace } from '../common/session-context.tsx';
import type { ExportedList } from './csv-download.ts';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly rows: number }
  | { readonly kind: 'failed'; readonly error: unknown };

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
      const { downloadCsv } = await import('./csv-download.ts');
      const onRows = (count: number): void => setState({ kind: 'running', rows: count });
      const rows = await downloadCsv({ service, exported, signal, onRows });
      setState({ kind: 'done', rows });
    } catch (error) {
      setState(signal.aborted ? { kind: 'idle' } : { kind: 'failed', error });
    }
  };
  return { state, start: () => void start(), cancel: () => running.current?.abort() };
}
