import { useTranslation } from 'react-i18next';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { Frame } from '../parts/frame.tsx';
import { SupportLines } from '../parts/support-lines.tsx';
import type { Outcome } from '../queries.ts';

/** What came of the decision. */
export function OutcomeScreen({ outcome, onContinue }: { outcome: Outcome; onContinue: () => void }) {
  const { t } = useTranslation();
  const good = outcome.kind === 'status' && (outcome.status === 'AUTHORIZED' || outcome.status === 'APPLIED');
  const { title, text } = wordsOf(outcome, t);
  return (
    <Frame>
      <section className="barred" role="status">
        <span className={good ? 'round-mark round-mark-success' : 'round-mark round-mark-danger'}>
          <Icon name={good ? 'check' : 'cross'} />
        </span>
        <h1>{title}</h1>
        <p>{text}</p>
        {outcome.kind === 'notMe' ? <SupportLines /> : null}
        <Button variant="primary" onPress={onContinue}>
          {t('done.continue')}
        </Button>
      </section>
    </Frame>
  );
}

function wordsOf(outcome: Outcome, t: ReturnType<typeof useTranslation>['t']): { title: string; text: string } {
  if (outcome.kind === 'notMe') return { title: t('done.notMe'), text: t('done.notMeText') };
  if (outcome.kind === 'attempts') return { title: t('done.attempts'), text: t('done.attemptsText') };
  const { status } = outcome;
  return {
    title: t(`done.${status}`, t('done.other')),
    text: t(`done.${status}_text`, t('done.other_text', { status })),
  };
}
