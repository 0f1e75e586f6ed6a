import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import type { Fate } from '../decisions.ts';
import { chooseFateWords } from '../fate-words.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { SupportLines } from '../parts/support-lines.tsx';

/** A decision under way, or its outcome. */
export function FateScreen({ fate, onContinue }: { fate: Fate; onContinue: () => void }) {
  const { t } = useTranslation();
  const { status, refusal } = fate;
  if (!status && !refusal) return <Asking again={fate.unanswered > 0} />;

  const good = status === 'AUTHORIZED' || status === 'APPLIED';
  const { title, text, help } = chooseFateWords(fate, t);
  return (
    <Frame>
      <section className="barred" role="status">
        <span className={good ? 'round-mark round-mark-success' : 'round-mark round-mark-danger'}>
          <Icon name={good ? 'check' : 'cross'} />
        </span>
        <h1>{title}</h1>
        <p>{text}</p>
        {help ? <SupportLines /> : null}
        <Button variant="primary" onPress={onContinue}>
          {t('done.continue')}
        </Button>
      </section>
    </Frame>
  );
}

function Asking({ again }: { again: boolean }) {
  const { t } = useTranslation();
  return (
    <Frame back="/">
      <section className="barred" role="status">
        <h1>{t(again ? 'asking.again' : 'asking.title')}</h1>
        <p>{t(again ? 'asking.againText' : 'asking.text')}</p>
        <Loading />
      </section>
    </Frame>
  );
}
