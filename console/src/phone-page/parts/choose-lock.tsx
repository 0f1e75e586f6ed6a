import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { changeAccount, type PhoneUser } from '../vault/account-store.ts';
import { createPinLock, createPlatformLock, type Lock, type Verification } from '../vault/lock.ts';
import { isEasyPin, PIN_DIGITS } from '../vault/pin.ts';
import { canVerifyByPlatform } from '../vault/platform.ts';
import { useVault } from '../vault/vault.ts';
import { PinField } from './pin-field.tsx';

export interface ChooseLockProps {
  readonly user: PhoneUser;
  readonly onChosen: (verification: Verification) => void;
  /** Another tab was first: its lock is the one. */
  readonly onTaken: () => void;
}

/** Chooses how the person is verified on this phone from now on: by the device where it can, else by a PIN. */
export function ChooseLock({ user, onChosen, onTaken }: ChooseLockProps) {
  const { t } = useTranslation();
  const vault = useVault();
  const [platform, setPlatform] = useState<boolean | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  useEffect(() => {
    void canVerifyByPlatform().then(setPlatform);
  }, []);

  const choose = async (make: () => Promise<{ lock: Lock; verification: Verification }>): Promise<void> => {
    setState('busy');
    try {
      const { lock, verification } = await make();
      await changeAccount(user, (account) => (account.lock ? account : { ...account, lock }));
      await vault.refresh();
      if (vault.find(user.userId)?.lock?.salt.join() === lock.salt.join()) onChosen(verification);
      else onTaken();
    } catch {
      setState('failed');
    }
  };

  if (platform === null) return null;
  return (
    <section className="enrol">
      <h1>{t('lock.choose')}</h1>
      <p>{t(platform ? 'lock.choosePlatformText' : 'lock.choosePinText')}</p>
      {state === 'failed' ? <Notice tone="warning" role="alert" title={t('lock.platformRefused')} /> : null}
      {platform ? (
        <Button
          variant="primary"
          size="large"
          icon="lock"
          isPending={state === 'busy'}
          onPress={() => void choose(() => createPlatformLock(user))}
        >
          {t('lock.usePlatform')}
        </Button>
      ) : null}
      {platform && state !== 'failed' ? (
        <Button onPress={() => setPlatform(false)}>{t('lock.usePin')}</Button>
      ) : (
        <NewPin busy={state === 'busy'} onPin={(pin) => void choose(() => createPinLock(pin))} />
      )}
    </section>
  );
}

function NewPin({ busy, onPin }: { busy: boolean; onPin: (pin: string) => void }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const problem = pin.length < PIN_DIGITS ? t('lock.pinMissing') : isEasyPin(pin) ? t('lock.pinEasy') : null;
  const differs = again === pin ? null : t('lock.pinDiffers');

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!problem && !differs && !busy) onPin(pin);
  };
  return (
    <form className="verify" onSubmit={submit} noValidate>
      <PinField label={t('lock.newPin')} value={pin} onChange={setPin} error={tried ? problem : null} autoFocus />
      <PinField
        label={t('lock.newPinAgain')}
        value={again}
        onChange={setAgain}
        error={tried && !problem ? differs : null}
      />
      <Button type="submit" variant="primary" size="large" isPending={busy}>
        {t(busy ? 'lock.verifying' : 'lock.setPin')}
      </Button>
    </form>
  );
}
