import { useId } from 'react';
import { useTranslation } from 'react-i18next';

export interface DayFieldsProps {
  readonly first: string;
  readonly last: string;
  readonly onChange: (name: 'de' | 'hasta', day: string) => void;
}

/** The first and the last day of a time, by the bank's clock. */
export function DayFields({ first, last, onChange }: DayFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <DayField label={t('list.from')} day={first} max={last} onChange={(day) => onChange('de', day)} />
      <DayField label={t('list.to')} day={last} min={first} onChange={(day) => onChange('hasta', day)} />
    </>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly day: string;
  readonly min?: string;
  readonly max?: string;
  readonly onChange: (day: string) => void;
}

function DayField({ label, day, onChange, ...bounds }: DayFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="date"
        className="input"
        value={day}
        onChange={({ target }) => onChange(target.value)}
        {...bounds}
      />
    </div>
  );
}
