import { createContext, useContext, useSyncExternalStore } from 'react';
import type { PageConfig } from './config.ts';
import type { Service } from './http.ts';
import type { Session } from './session.ts';

/** The tools of every part of a page: its addresses, the sign-in and the service. */
export interface Workplace {
  readonly config: PageConfig;
  readonly session: Session;
  readonly service: Service;
}

const WorkplaceContext = createContext<Workplace | null>(null);

export const WorkplaceProvider = WorkplaceContext.Provider;

/** The workplace of this page; throws outside of it. */
export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error('There is no workplace here');
  return workplace;
}

/** True if somebody is signed in; draws again when that changes. */
export function useSignedIn(): boolean {
  const { session } = useWorkplace();
  return useSyncExternalStore(session.subscribe, () => session.signedIn);
}
