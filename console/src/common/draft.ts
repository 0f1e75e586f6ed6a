import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';

interface StoredDraft<T> {
  readonly about: string;
  readonly userId: string;
  readonly draft: T;
}

const DRAFT_KEY = 'llavero.draft';

/** Fills in a form before it is opened. */
export function prepareDraft<T>(about: string, userId: string, draft: T): void {
  const stored: StoredDraft<T> = { about, userId, draft };
  sessionStorage.setItem(DRAFT_KEY, JSON.stringify(stored));
}

/**
 * Keeps a filled-in form: kept in this tab while its form is open, so that a sign-in or a reload in between loses
 * nothing. Nobody else who signs in here is given it.
 */
export function useDraft<T>(about: string, userId: string, initial: T): [T, Dispatch<SetStateAction<T>>] {
  const [draft, setDraft] = useState<T>(() => findDraft<T>(about, userId) ?? initial);
  useEffect(() => {
    prepareDraft(about, userId, draft);
  }, [about, userId, draft]);
  useEffect(() => () => sessionStorage.removeItem(DRAFT_KEY), []);
  return [draft, setDraft];
}

function findDraft<T>(about: string, userId: string): T | undefined {
  const stored = JSON.parse(sessionStorage.getItem(DRAFT_KEY) ?? 'null') as StoredDraft<T> | null;
  return stored?.about === about && stored.userId === userId ? stored.draft : undefined;
}
