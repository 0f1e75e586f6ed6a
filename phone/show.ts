import { type Authorization, type Challenge, visibleText } from './protocol/index.ts';

/** Every member of the challenge, as it will be signed, one per line. */
export function showChallenge(challenge: Challenge): string {
  return [
    ['action', challenge.action],
    ['reason', challenge.reason],
    ['note', challenge.note === null ? '(none)' : `"${visibleText(challenge.note)}"`],
    ['holder', person(challenge.holder)],
    ['requestedBy', person(challenge.requestedBy)],
    ['tokenId', challenge.tokenId],
    ['companyId', challenge.companyId],
    ['changeId', challenge.changeId],
    ['createdAt', challenge.createdAt],
    ['expiresAt', challenge.expiresAt],
    ['nonce', challenge.nonce],
  ]
    .map(([name, value]) => `  ${name?.padEnd(12)} ${name === 'note' ? value : visibleText(value ?? '')}`)
    .join('\n');
}

/** One waiting change in a list. */
export function showAuthorization({ challenge, attemptsLeft }: Authorization): string {
  return `${showChallenge(challenge)}\n  ${'tries left'.padEnd(12)} ${attemptsLeft}`;
}

function person({ fullName, userId }: Challenge['holder']): string {
  return `${fullName} (${userId})`;
}
