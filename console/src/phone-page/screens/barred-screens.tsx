import { useTranslation } from 'react-i18next';
import { Icon } from '../../common/ui/icon.tsx';
import { Frame } from '../parts/frame.tsx';
import { SupportLines } from '../parts/support-lines.tsx';

/** The token is blocked: no code, no authorizations. */
export function BlockedScreen() {
  const { t } = useTranslation();
  return (
    <Frame>
      <section className="barred">
        <span className="round-mark round-mark-danger">
          <Icon name="lock" />
        </span>
        <h1>{t('blocked.title')}</h1>
        <p>{t('blocked.text')}</p>
        <SupportLines />
      </section>
    </Frame>
  );
}

/** The token lives on another phone than this one, or on this one, which lost its data: the service cannot tell. */
export function ElsewhereScreen({ deviceName, isAdministrator }: { deviceName: string; isAdministrator: boolean }) {
  const { t } = useTranslation();
  return (
    <Frame>
      <section className="barred">
        <span className="round-mark">
          <Icon name="phone" />
        </span>
        <h1>{t('elsewhere.title')}</h1>
        <p>{t('elsewhere.text', { name: deviceName })}</p>
        <p>{t(isAdministrator ? 'elsewhere.administrator' : 'elsewhere.secondary')}</p>
        <SupportLines />
      </section>
    </Frame>
  );
}
