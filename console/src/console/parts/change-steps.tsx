import { useTranslation } from 'react-i18next';
import { Icon } from '../../common/ui/icon.tsx';
import type { Change } from '../api-types.ts';

/** Shows how far a held change has come. A block has no steps: it is applied when it is requested. */
export function ChangeSteps({ change }: { change: Change }) {
  const { t } = useTranslation();
  if (!change.authorization) return null;
  const labels = [t('change.stepRequested'), t('change.stepHeld'), t('change.stepAuthorized'), t('change.stepApplied')];
  return (
    <ol className="steps" aria-label={t('change.steps')}>
      {labels.map((label, index) => {
        const state = findStepState(index, change);
        return (
          <li key={label} className="step" data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className="step-mark" aria-hidden="true">
              <StepIcon state={state} />
            </span>
            <span className="step-label">{label}</span>
          </li>
        );
      })}
    </ol>
  );
}

type StepState = 'done' | 'now' | 'stopped' | 'ahead';

function StepIcon({ state }: { state: StepState }) {
  if (state === 'done') return <Icon name="check" />;
  return state === 'stopped' ? <Icon name="cross" /> : null;
}

function findStepState(index: number, change: Change): StepState {
  const reached = findReachedStep(change);
  const authorizedAndSuperseded = change.authorization?.decidedAt && change.status === 'SUPERSEDED';
  const at = reached ?? (authorizedAndSuperseded ? 2 : 1);
  if (index < at || at === 3) return 'done';
  if (index > at) return 'ahead';
  return reached === null ? 'stopped' : 'now';
}

/** Finds the step on which the change stands; null when it ended before the last step. */
function findReachedStep({ status }: Change): number | null {
  switch (status) {
    case 'PENDING_AUTHORIZATION':
      return 1;
    case 'AUTHORIZED':
      return 2;
    case 'APPLIED':
      return 3;
    default:
      return null;
  }
}
