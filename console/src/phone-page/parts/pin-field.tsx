import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import { PIN_DIGITS } from '../vault/pin.ts';

export interface PinFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (pin: string) => void;
  readonly error: string | null;
  readonly autoFocus?: boolean;
}

/** Six digits that nobody beside the person reads. */
export function PinField({ label, value, onChange, error, autoFocus = false }: PinFieldProps) {
  return (
    <TextField
      className="field"
      type="password"
      value={value}
      onChange={(typed) => onChange(typed.replaceAll(/\D/g, '').slice(0, PIN_DIGITS))}
      isInvalid={error !== null}
      validationBehavior="aria"
      inputMode="numeric"
      autoComplete="off"
      autoFocus={autoFocus}
    >
      <Label className="label">{label}</Label>
      <Input className="input digits" />
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
