import { useTranslation } from 'react-i18next';
import { Badge } from '../../common/ui/badge.tsx';

export interface PersonNameProps {
  readonly person: { readonly fullName: string; readonly username?: string | undefined; readonly enabled?: boolean };
}

/** Who it is: the username tells people of one name apart, and whoever is disabled is shown so. */
export function PersonName({ person: { fullName, username, enabled = true } }: PersonNameProps) {
  const { t } = useTranslation();
  return (
    <>
      {fullName}
      {username === undefined ? null : <span className="muted"> ({username})</span>}
      {enabled ? null : (
        <>
          {' '}
          <Badge tone="neutral">{t('person.disabled')}</Badge>
        </>
      )}
    </>
  );
}
