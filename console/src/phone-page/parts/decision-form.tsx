import { type FormEvent, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import { useTranslation } from 'react-i18next';
import { RefusalError } from '../../../../phone/protocol/index.ts';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Decision } from '../decisions.ts';

export interface DecisionFormProps {
  readonly attemptsLeft: number;
  /** The decision on its way, if one is. */
  readonly pending: Decision['kind'] | null;
  readonly error: Error | null;
  /** The words of disowning the request, where it makes sense for this person to. */
  readonly disowning: string | null;
  readonly onDecide: (decision: Decision) => void;
  readonly onDisown: () => void;
}

const DIGITS = 6;

/** The six digits and the three answers. */
export function DecisionForm({ attemptsLeft, pending, error, disowning, onDecide, onDisown }: DecisionFormProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const mismatch = error instanceof RefusalError && error.code === 'BINDING_CODE_MISMATCH' ? error : null;
  const left = mismatch?.attemptsLeft ?? attemptsLeft;
  const fieldError =
    tried && code.length < DIGITS
      ? t('decide.codeMissing')
      : mismatch
        ? `${t('decide.mismatch')} ${t('decide.attempts', { count: left })}`
        : null;

  const approve = (event: FormEvent): void => {
    event.preventDefault();
    setTried(code.length < DIGITS);
    if (code.length === DIGITS && pending === null) onDecide({ kind: 'APPROVE', bindingCode: code });
  };

  return (
    <form className="decision" onSubmit={approve} noValidate>
      {error && !mismatch ? <Notice tone="danger" role="alert" title={t('decide.unsigned')} /> : null}
      <TextField
        className="field"
        value={code}
        onChange={(typed) => setCode(typed.replaceAll(/\D/g, '').slice(0, DIGITS))}
        isInvalid={fieldError !== null}
        validationBehavior="aria"
        inputMode="numeric"
        autoComplete="off"
      >
        <Label className="label">{t('decide.code')}</Label>
        <Input className="input digits" />
        <Text slot="description" className="hint">
          {t('decide.codeHint')}
        </Text>
        <FieldError className="field-error">{fieldError}</FieldError>
      </TextField>
      <Button
        type="submit"
        variant="primary"
        size="large"
        isPending={pending === 'APPROVE'}
        isDisabled={pending !== null && pending !== 'APPROVE'}
      >
        {t(pending === 'APPROVE' ? 'decide.approving' : 'decide.approve')}
      </Button>
      <Button
        isPending={pending === 'REJECT'}
        isDisabled={pending !== null}
        onPress={() => onDecide({ kind: 'REJECT' })}
      >
        {t(pending === 'REJECT' ? 'decide.rejecting' : 'decide.reject')}
      </Button>
      {disowning ? (
        <Button variant="quiet" isDisabled={pending !== null} onPress={onDisown}>
          {pending === 'NOT_ME' ? t('decide.rejecting') : disowning}
        </Button>
      ) : null}
    </form>
  );
}
