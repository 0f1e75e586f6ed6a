import { useState } from 'react';
import type { ListedToken } from './api-types.ts';
import { type Chosen, MOST_CHOSEN, toChosen } from './bulk-choice.ts';

/** The rows that are chosen, over the pages of one question; another question has none. */
export function useSelection(question: string) {
  const [kept, setKept] = useState({ question, chosen: new Map<string, Chosen>() });
  const chosen = kept.question === question ? kept.chosen : new Map<string, Chosen>();
  const keep = (tokens: Iterable<Chosen>): void =>
    setKept({ question, chosen: new Map([...tokens].slice(0, MOST_CHOSEN).map((token) => [token.tokenId, token])) });
  return {
    chosen: [...chosen.values()],
    has: (tokenId: string): boolean => chosen.has(tokenId),
    choose: (tokens: readonly ListedToken[], isChosen: boolean): void => {
      const ids = new Set(tokens.map(({ tokenId }) => tokenId));
      const others = [...chosen.values()].filter(({ tokenId }) => !ids.has(tokenId));
      keep(isChosen ? [...others, ...tokens.map(toChosen)] : others);
    },
    clear: (): void => keep([]),
  };
}

export type Selection = ReturnType<typeof useSelection>;
