import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly text?: string;
  readonly icon?: ReactNode;
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly error?: string | undefined;
  readonly layout: 'cards' | 'columns';
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>({ label, options, value, onChange, error, layout }: ChoiceProps<T>) {
  return (
    <RadioGroup
      className={`choice choice-${layout}`}
      value={value}
      onChange={(chosen) => onChange(chosen as T)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="label">{label}</Label>
      <div className="choice-options">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="radio">
            <span className="radio-dot" aria-hidden="true" />
            {option.icon}
            <span className="radio-words">
              <span className="radio-label">{option.label}</span>
              {option.text ? <span className="radio-text">{option.text}</span> : null}
            </span>
          </Radio>
        ))}
      </div>
      <FieldError className="field-error">{error}</FieldError>
    </RadioGroup>
  );
}
