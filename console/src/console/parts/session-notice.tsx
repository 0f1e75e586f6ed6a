import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn, useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';

export interface SessionNoticeProps {
  /** Says what is known of the person's last action. */
  readonly text: string;
  /** In a dialog: the way to sign in takes the focus, unless the person is filling something in. */
  readonly inDialog?: boolean;
}

/** The sign-in ended under an open page: what is on it stays readable, and one signs in from where one is. */
export function SessionNotice(props: SessionNoticeProps) {
  return useSignedIn() ? null : <SignedOutNotice {...props} />;
}

function SignedOutNotice({ text, inDialog = false }: SessionNoticeProps) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const [takesFocus] = useState(() => inDialog && !document.activeElement?.matches('input, textarea, select'));
  return (
    <Notice tone="warning" title={t(session.ended === 'idle' ? 'session.endedIdle' : 'session.ended')} role="alert">
      <p>{text}</p>
      <Button
        variant="primary"
        size="small"
        autoFocus={takesFocus}
        onPress={() => void session.signIn(location.pathname + location.search)}
      >
        {t('session.signIn')}
      </Button>
    </Notice>
  );
}
