import type { Challenge } from '../../../phone/protocol/index.ts';

/**
 * Chooses how this person may disown a request: as one made in their name, or as one about their own token. Whoever
 * only decides about a colleague's request cannot know that the colleague did not make it: they reject it.
 */
export function chooseDisowning({ requestedBy, holder }: Challenge, userId: string): 'own' | 'holder' | null {
  if (requestedBy.userId === userId) return 'own';
  return holder.userId === userId ? 'holder' : null;
}
