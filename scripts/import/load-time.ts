import { say } from './say.ts';

/** Users that a pool on AWS creates in a second unless its account's quota was raised (Cognito, "UserCreation"). */
export const CREATED_PER_SECOND = 50;

/** Seconds below which nobody needs to be told. */
const WORTH_TELLING = 60;

/** Says how long it takes at least to create so many users at a pool's rate, and what to raise; undefined where it is soon. */
export function describeLoadTime(users: number, perSecond: number): string | undefined {
  const seconds = users / perSecond;
  if (seconds < WORTH_TELLING) return undefined;
  const minutes = Math.ceil(seconds / 60);
  return say(
    `${users} usuarios: si son nuevos, al menos ${minutes} min, pues el directorio crea ${perSecond} por segundo. ` +
      'Para ir más rápido, aumente la cuota UserCreation de Cognito en Service Quotas',
    `${users} users: if they are new, ${minutes} min at least, for the pool creates ${perSecond} a second. ` +
      'To go faster, raise the quota UserCreation of Cognito in Service Quotas',
  );
}
