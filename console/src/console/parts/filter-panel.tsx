import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';

export interface FilterPanelProps {
  /** Always in sight. */
  readonly children?: ReactNode;
  /** Behind a button where the screen is narrow, so that the list begins on it. */
  readonly more: ReactNode;
}

/** The filters of a list. */
export function FilterPanel({ children, more }: FilterPanelProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="filters">
      {children}
      <div className="filters-toggle">
        <Button size="small" aria-expanded={open} aria-controls={id} onPress={() => setOpen(!open)}>
          {t('list.filters')}
        </Button>
      </div>
      <div className="filters-more" id={id} data-open={open}>
        {more}
      </div>
    </div>
  );
}
