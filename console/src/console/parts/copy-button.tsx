import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';

/** Copies a text that is too long to be typed. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button size="small" {...(copied ? { icon: 'check' as const } : {})} onPress={() => void copy()}>
      {copied ? t('state.copied') : (label ?? t('state.copy'))}
    </Button>
  );
}
