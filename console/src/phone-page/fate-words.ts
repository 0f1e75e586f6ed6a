import type { TFunction } from 'i18next';
import type { Fate } from './decisions.ts';

interface Words {
  readonly title: string;
  readonly text: string;
  /** Whom to call is said beside it. */
  readonly help?: true;
}

/** The words for what came of a decision, or for why it was refused. */
export function chooseFateWords({ sent, status, refusal, late }: Omit<Fate, 'unanswered'>, t: TFunction): Words {
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
