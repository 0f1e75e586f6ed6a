import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import { useTranslation } from 'react-i18next';
import type { AppMe } from '../../../../phone/protocol/index.ts';
import { useDraft } from '../../common/draft.ts';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { forgetLinkedCode, linkedCode } from '../linked-code.ts';
import { ChooseLock } from '../parts/choose-lock.tsx';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { VerifyPerson } from '../parts/verify-person.tsx';
import { canReadQr } from '../qr-reader.ts';
import { problemCode, useEnrol } from '../queries.ts';
import type { Account } from '../vault/account-store.ts';
import type { Verification } from '../vault/lock.ts';
import { useVault } from '../vault/vault.ts';

const ScanCode = lazy(async () => ({ default: (await import('../parts/scan-code.tsx')).ScanCode }));

export interface EnrolScreenProps {
  readonly me: AppMe;
  readonly account: Account | undefined;
  readonly released: boolean;
  readonly onEnrolled: () => void;
  /** The code of an enrolment whose answer did not come. */
  readonly code?: string;
}

/** Makes this browser the user's phone. */
export function EnrolScreen({ me, account, released, onEnrolled, code = '' }: EnrolScreenProps) {
  const { t } = useTranslation();
  const [{ activationCode, name }, setForm] = useDraft('enrolment', me.user.userId, {
    activationCode: code,
    name: t('enrol.nameDefault'),
  });
  const [linked] = useState(linkedCode);
  const [scanning, setScanning] = useState(false);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState<'lock' | 'choice' | null>(null);
  const [verification, setVerification] = useState<Verification | null>(null);
  const vault = useVault();
  const enrol = useEnrol(me.user, onEnrolled);
  const missingCode = tried && activationCode.trim() === '';
  const missingName = tried && name.trim() === '';

  const fillIn = (read: string): void => setForm((form) => ({ ...form, activationCode: read }));
  // An enrolment under way goes on with its own code.
  useEffect(() => {
    if (linked && !code) setForm((form) => ({ ...form, activationCode: linked }));
    forgetLinkedCode();
  }, [linked, code, setForm]);

  const form = { activationCode: activationCode.trim(), name: name.trim() };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!form.activationCode || !form.name || enrol.isPending) return;
    if (verification) enrol.mutate({ ...form, verification });
    else setAsking(account?.lock ? 'lock' : 'choice');
  };
  const proceed = (verified: Verification): void => {
    setAsking(null);
    setVerification(verified);
    void vault.openFor(me.user, verified);
    enrol.mutate({ ...form, verification: verified });
  };

  if (scanning) {
    return (
      <Frame>
        <Suspense fallback={<Loading />}>
          <ScanCode
            onCode={(read) => {
              fillIn(read);
              setScanning(false);
            }}
            onType={() => setScanning(false)}
          />
        </Suspense>
      </Frame>
    );
  }
  if (asking) {
    return (
      <Frame>
        {account && asking === 'lock' ? (
          <section className="barred">
            <h1>{t('lock.title')}</h1>
            <VerifyPerson account={account} action={t('lock.confirm')} atOnce onVerified={proceed} />
          </section>
        ) : (
          <ChooseLock user={me.user} onChosen={proceed} onTaken={() => setAsking('lock')} />
        )}
      </Frame>
    );
  }

  return (
    <Frame>
      <form className="enrol" onSubmit={submit} noValidate>
        <span className="round-mark">
          <Icon name="phone" />
        </span>
        <h1>{t('enrol.title')}</h1>
        <p>{t(released ? 'enrol.again' : 'enrol.text')}</p>
        {enrol.error ? <EnrolProblem error={enrol.error} /> : null}
        <TextField
          className="field"
          value={activationCode}
          onChange={fillIn}
          isInvalid={missingCode}
          validationBehavior="aria"
          isRequired
        >
          <Label className="label">{t('enrol.code')}</Label>
          <Input className="input code" autoComplete="off" autoCapitalize="characters" spellCheck="false" />
          <FieldError className="field-error">{missingCode ? t('enrol.codeMissing') : null}</FieldError>
        </TextField>
        {canReadQr() ? <Button onPress={() => setScanning(true)}>{t('scan.start')}</Button> : null}
        <TextField
          className="field"
          value={name}
          onChange={(typed) => setForm((form) => ({ ...form, name: typed }))}
          isInvalid={missingName}
          validationBehavior="aria"
          maxLength={60}
          isRequired
        >
          <Label className="label">{t('enrol.name')}</Label>
          <Input className="input" autoComplete="off" />
          <FieldError className="field-error">{missingName ? t('enrol.nameMissing') : null}</FieldError>
        </TextField>
        <Button type="submit" variant="primary" size="large" isPending={enrol.isPending}>
          {t(enrol.isPending ? 'enrol.working' : 'enrol.submit')}
        </Button>
      </form>
    </Frame>
  );
}

function EnrolProblem({ error }: { error: Error }) {
  const { t } = useTranslation();
  const code = problemCode(error);
  return <Notice tone="danger" role="alert" title={t(`problem.${code}`, t('problem.other', { code }))} />;
}
