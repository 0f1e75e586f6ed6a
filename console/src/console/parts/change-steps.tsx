import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/ui/icon.tsx';
import type { Change } from '../api-types.ts';

/** How far a held change has come. A block has no way to go: it is applied when it is asked for. */
export function ChangeSteps({ change }: { change: Change }) {
  const { t } = useTranslation();
  if (!change.authorization) return null;
  const labels = [t('change.stepRequested'), t('change.stepHeld'), t('change.stepAuthorized'), t('change.stepApplied')];
  const reached = stepOf(change);
  const stopped = reached === null;
  return (
    <ol className="steps" aria-label={t('change.steps')}>
      {labels.map((label, index) => {
        const at = reached ?? (change.authorization?.decidedAt && change.status === 'SUPERSEDED' ? 2 : 1);
        const state = index < at || at === 3 ? 'done' : index > at ? 'ahead' : stopped ? 'stopped' : 'now';
        return (
          <li key={label} className="step" data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className="step-mark" aria-hidden="true">
              {state === 'done' ? <Icon name="check" /> : state === 'stopped' ? <Icon name="cross" /> : null}
            </span>
            <span className="step-label">{label}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** The step the change stands on; null where it went no further. */
function stepOf({ status }: Change): number | null {
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
