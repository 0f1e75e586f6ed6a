import { SignInRequiredError } from '@llavero/client';
import { useEffect, useRef, useState } from 'react';
import type { Chosen } from './bulk-choice.ts';
import { type Outcome, runEach } from './bulk-run.ts';

/** Few enough that the gateway slows nobody else of the bank down. */
const PARALLEL = 4;

/** Runs one action for many and keeps each result; those that failed or were not tried can be run again. */
export function useBulkRun<R>(people: readonly Chosen[], act: (person: Chosen) => Promise<R>) {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome<R>>>(new Map());
  const [running, setRunning] = useState(false);
  const [started, setStarted] = useState(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const left = people.filter(({ tokenId }) => outcomes.get(tokenId)?.kind !== 'done');
  const run = async (): Promise<void> => {
    setStarted(true);
    setRunning(true);
    await runEach(left, {
      act,
      parallel: PARALLEL,
      endsAll: (error) => error instanceof SignInRequiredError || !mounted.current,
      onOutcome: ({ tokenId }, outcome) => setOutcomes((before) => new Map(before).set(tokenId, outcome)),
    });
    setRunning(false);
  };
  const failed = people.flatMap((person) => {
    const outcome = outcomes.get(person.tokenId);
    return outcome?.kind === 'failed' ? [{ person, error: outcome.error }] : [];
  });
  const done = people.flatMap((person) => {
    const outcome = outcomes.get(person.tokenId);
    return outcome?.kind === 'done' ? [{ person, result: outcome.result }] : [];
  });
  return { run: () => void run(), running, started, done, failed, left };
}
