import type { Client } from '@llavero/client';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { PageConfig } from './config.ts';
import type { IdleWatch } from './idle.ts';
import type { Session } from './session.ts';

/** The tools of every part of a page: its addresses, the sign-in and the service. */
export interface Workplace {
  readonly config: PageConfig;
  readonly session: Session;
  readonly idle: IdleWatch;
  readonly service: Client;
}

const WorkplaceContext = createContext<Workplace | null>(null);

export const WorkplaceProvider = WorkplaceContext.Provider;

/** The workplace of this page; throws outside of it. */
export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error('There is no workplace here');
  return workplace;
}

/** True in the last minute before nobody's touching the page ends the sign-in. */
export function useIdleEnding(): boolean {
  const { idle } = useWorkplace();
  return useSyncExternalStore(idle.subscribe, () => idle.ending);
}

/** True if somebody is signed in; draws again when that changes. */
export function useSignedIn(): boolean {
  const { session } = useWorkplace();
  return useSyncExternalStore(session.subscribe, () => session.signedIn);
}
