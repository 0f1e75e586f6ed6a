/** The files of one version of the page, which the build writes into the worker (`build.ts`). */
export interface Precache {
  readonly version: string;
  readonly paths: readonly string[];
}

export type Answering = 'page' | 'kept file' | 'settings' | 'network';

/** Answers a request: the page's own files from what is kept, and nothing of the service. */
export function chooseAnswer(request: { method: string; mode: string; url: string }, origin: string): Answering {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return 'network';
  if (request.mode === 'navigate') return 'page';
  return url.pathname === '/config.json' ? 'settings' : 'kept file';
}
