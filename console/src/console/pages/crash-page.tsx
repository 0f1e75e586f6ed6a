import i18next from 'i18next';

/** Stands in for a page that cannot be drawn; needs nothing that may itself be what failed. */
export function CrashPage({ within = false }: { within?: boolean }) {
  const t = i18next.t;
  const Landmark = within ? 'div' : 'main';
  return (
    <Landmark className="lone">
      <h1>{t('state.crash')}</h1>
      <p>{t('state.crashText')}</p>
      <p className="support-fallback">{t('support.unavailable')}</p>
      <button type="button" className="button button-primary" onClick={() => location.reload()}>
        {t('state.reload')}
      </button>
    </Landmark>
  );
}
