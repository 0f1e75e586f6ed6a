import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import type { Fate } from '../decisions.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { SupportLines } from '../parts/support-lines.tsx';

/** A decision under way, or its outcome. */
export function FateScreen({ fate, onContinue }: { fate: Fate; onContinue: () => void }) {
  const { t } = useTranslation();
  const { status, refusal } = fate;
  if (!status && !refusal) return <Asking again={fate.unanswered > 0} />;

  const good = status === 'AUTHORIZED' || status === 'APPLIED';
  const { title, text, help } = chooseWords(fate, t);
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

interface Words {
  readonly title: string;
  readonly text: string;
  /** Whom to call is said beside it. */
  readonly help?: true;
}

function chooseWords({ sent, status, refusal, late }: Fate, t: TFunction): Words {
  if (status === 'REJECTED' && sent.kind === 'NOT_ME') {
    return { title: t('done.notMe'), text: t('done.notMeText'), help: true };
  }
  if (status === 'AUTHORIZED' && late) return { title: t('done.AUTHORIZED'), text: t('done.late') };
  if (status) return ending(`done.${status}`, status, t);
  if (refusal?.code === 'BINDING_CODE_MISMATCH') return { title: t('done.attempts'), text: t('done.attemptsText') };
  if (refusal?.changeStatus) return ending(`closed.${refusal.changeStatus}`, refusal.changeStatus, t);
  const code = refusal?.code ?? '';
  return { title: t('done.refused'), text: t([`problem.${code}`, 'problem.other'], { code }), help: true };
}

function ending(key: string, status: string, t: TFunction): Words {
  return {
    title: t([key, `closed.${status}`, 'closed.other']),
    text: t([`${key}_text`, `closed.${status}_text`, 'closed.other_text'], { status }),
  };
}
