import type { RescueView } from '../../shared/http/rescue-view.ts';
import type { Target } from '../../tools/command-line.ts';
import type { RescueAnswer } from './call-rescue.ts';

/** Says what came of it and what to do next; a refusal becomes the command's one line of failure. */
export function report(answer: RescueAnswer, target: Target, label: string): void {
  if ('problem' in answer) throw new Error(refusal(answer.problem));
  const { done } = answer;
  const { action, holder, companyId, reason, note, proposedBy, changeId, status } = done;
  console.log(`${action} of the token of ${holder.fullName} (${companyId}) on ${label}`);
  console.log(`  reason ${reason}${note === null ? '' : `: ${note}`}; proposed by ${proposedBy}; change ${changeId}`);
  console.log(status === 'PENDING_AUTHORIZATION' ? toConfirm(done, target) : confirmed(done));
}

function toConfirm({ changeId, action, expiresAt }: RescueView, target: Target): string {
  const where = 'stage' in target ? `--stage ${target.stage}` : `--port ${target.port} --as NAME`;
  return `Held until ${expiresAt}. Another person confirms it before then:
  npm run rescue -- confirm --user USERNAME --action ${action} --change ${changeId} ${where}`;
}

function confirmed({ action, status, confirmedBy }: RescueView): string {
  if (!confirmedBy) return `The change is ${status}.`;
  const next =
    action === 'RELEASE'
      ? 'Once it is applied, load the company’s file again with --activation-codes: the code enrols the new phone.'
      : 'Once it is applied, the administrator’s phone works again.';
  return `Confirmed by ${confirmedBy}; the change is ${status}. ${next}`;
}

const EXPLANATIONS = new Map([
  ['NOT_FOUND', 'There is no such user, or no rescue of theirs with that action and change'],
  ['ADMINISTRATOR_ONLY', 'That user is no administrator: their company’s administrator can act on their token'],
  ['USER_DISABLED', 'That user is disabled: load them again as ADMINISTRATOR first'],
  ['ACTION_NOT_AVAILABLE', 'The token’s state does not offer that action'],
  ['SECOND_PERSON_REQUIRED', 'Another person must confirm it: whoever proposed it cannot'],
  ['STAFF_REFUSED', 'It could not be established that you hold the role: docs/rescue.md says who may'],
]);

function refusal({ code, title, errors = [], change }: Extract<RescueAnswer, { problem: unknown }>['problem']): string {
  const details = errors.map(({ path, message }) => `${path}: ${message}`);
  const state = change ? [`change ${change.changeId} is ${change.status}`] : [];
  return [`${code}: ${EXPLANATIONS.get(code) ?? title}`, ...details, ...state].join('; ');
}
