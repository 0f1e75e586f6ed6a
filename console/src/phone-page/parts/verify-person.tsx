import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Account } from '../vault/account-store.ts';
import { type Lock, type Verification, verifyByPlatform, WrongPinError } from '../vault/lock.ts';
import { PIN_DIGITS } from '../vault/pin.ts';
import { triesLeft, tryPin } from '../vault/tries.ts';
import { useVault } from '../vault/vault.ts';
import { PinField } from './pin-field.tsx';

export interface VerifyPersonProps {
  readonly account: Account;
  /** The words on the button that verifies. */
  readonly action: string;
  /** True if the device asks at once, because the person has just pressed something. */
  readonly atOnce?: boolean;
  readonly onVerified: (verification: Verification) => void;
}

/** Asks the person to show that it is them, the way they chose at the enrolment. */
export function VerifyPerson({ account, ...props }: VerifyPersonProps) {
  const { lock } = account;
  if (!lock) return null;
  return lock.kind === 'PIN' ? (
    <PinForm account={account} {...props} />
  ) : (
    <PlatformForm lock={lock} atOnce={false} {...props} />
  );
}

type PinFormProps = Omit<VerifyPersonProps, 'atOnce'>;

function PinForm({ account, action, onVerified }: PinFormProps) {
  const { t } = useTranslation();
  const vault = useVault();
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<'missing' | 'wrong' | null>(null);
  const [busy, setBusy] = useState(false);

  const verify = async (): Promise<void> => {
    setBusy(true);
    try {
      onVerified(await tryPin(account.user, pin));
    } catch (error) {
      // Of no try left the vault tells: the lock is gone.
      setProblem(error instanceof WrongPinError ? 'wrong' : null);
      setPin('');
    }
    setBusy(false);
    await vault.refresh();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    if (pin.length < PIN_DIGITS) setProblem('missing');
    else void verify();
  };
  const words = {
    missing: t('lock.pinMissing'),
    wrong: `${t('lock.pinWrong')} ${t('lock.tries', { count: triesLeft(account) })}`,
  };
  return (
    <form className="verify" onSubmit={submit} noValidate>
      <PinField label={t('lock.pin')} value={pin} onChange={setPin} error={problem && words[problem]} autoFocus />
      <Button type="submit" variant="primary" size="large" isPending={busy}>
        {busy ? t('lock.verifying') : action}
      </Button>
    </form>
  );
}

interface PlatformFormProps extends Omit<VerifyPersonProps, 'account'> {
  readonly lock: Lock & { kind: 'PLATFORM' };
}

function PlatformForm({ lock, action, atOnce, onVerified }: PlatformFormProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const asked = useRef(false);

  const verify = useCallback(async (): Promise<void> => {
    setState('busy');
    try {
      onVerified(await verifyByPlatform(lock));
      setState('idle');
    } catch {
      setState('failed');
    }
  }, [lock, onVerified]);
  useEffect(() => {
    if (!atOnce || asked.current) return;
    asked.current = true;
    void verify();
  }, [atOnce, verify]);

  return (
    <div className="verify">
      {state === 'failed' ? <Notice tone="warning" role="alert" title={t('lock.platformFailed')} /> : null}
      <Button variant="primary" size="large" icon="lock" isPending={state === 'busy'} onPress={() => void verify()}>
        {state === 'busy' ? t('lock.verifying') : action}
      </Button>
    </div>
  );
}
