import { prepareDraft } from '../common/draft.ts';
import type { Change } from './api-types.ts';
import type { ChangeDraft } from './parts/change-form.tsx';

/** A draft with how far its author has come. */
export interface OpenDraft {
  readonly draft: ChangeDraft;
  readonly reviewing: boolean;
}

/** The name under which the request about a token is kept while its dialog is open. */
export const requestAbout = (tokenId: string): string => `change:${tokenId}`;

/** Fills in the dialog with what was asked before: action, reason and note. */
export function prepareAgain({ tokenId, action, reason, note }: Change, userId: string): void {
  const open: OpenDraft = { draft: { action, reason, note: note ?? '' }, reviewing: false };
  prepareDraft(requestAbout(tokenId), userId, open);
}
