import type { Action } from './api-types.ts';

/** What has been chosen so far. */
export interface ChangeDraft {
  readonly action: Action | null;
  readonly reason: string | null;
  readonly note: string;
}

/** A draft with how far its author has come. */
export interface OpenDraft {
  readonly draft: ChangeDraft;
  readonly reviewing: boolean;
}

interface StoredDraft extends OpenDraft {
  readonly userId: string;
  readonly tokenId: string;
}

const DRAFT_KEY = 'llavero.draft';

/** The draft that this person left open over this token: a sign-in or a reload came in between. */
export function findDraft(userId: string, tokenId: string): OpenDraft | undefined {
  const stored = sessionStorage.getItem(DRAFT_KEY);
  if (!stored) return undefined;
  const draft = JSON.parse(stored) as StoredDraft;
  return draft.userId === userId && draft.tokenId === tokenId ? draft : undefined;
}

/** Keeps a draft in this tab for as long as its dialog is open. */
export function keepDraft(draft: StoredDraft): void {
  sessionStorage.setItem(DRAFT_KEY, JSON.stringify(draft));
}

/** The dialog was closed or its request answered. */
export function dropDraft(): void {
  sessionStorage.removeItem(DRAFT_KEY);
}
