import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readActivationLink } from '../../common/activation-link.ts';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { readQr } from '../qr-reader.ts';

export interface ScanCodeProps {
  readonly onCode: (activationCode: string) => void;
  readonly onType: () => void;
}

/** Reads the QR code of a letter or a screen by the camera. */
export function ScanCode({ onCode, onType }: ScanCodeProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const read = useEffectEvent((text: string): boolean => {
    const code = readActivationLink(text);
    if (code !== undefined) onCode(code);
    return code !== undefined;
  });
  useEffect(() => {
    const screen = video.current;
    if (!screen) return;
    const reading = readQr(screen, (text) => read(text));
    reading.catch(() => setFailed(true));
    // Also where the camera was given only after the person had left.
    return () => void reading.then((stop) => stop()).catch(() => undefined);
  }, []);
  return (
    <section className="enrol">
      <h1>{t('scan.title')}</h1>
      <p>{t('scan.text')}</p>
      {failed ? (
        <Notice tone="warning" role="alert" title={t('scan.failed')} />
      ) : (
        <video className="scan" ref={video} muted playsInline aria-label={t('scan.picture')} />
      )}
      <Button size="large" autoFocus onPress={onType}>
        {t('scan.type')}
      </Button>
    </section>
  );
}
