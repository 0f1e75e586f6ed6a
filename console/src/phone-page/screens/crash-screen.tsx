import i18next from 'i18next';

/** Stands in for a screen that cannot be drawn. */
export function CrashScreen() {
  return (
    <main className="lone">
      <h1>{i18next.t('state.crash')}</h1>
      <p>{i18next.t('state.crashText')}</p>
      <p>{i18next.t('support.fallback')}</p>
      <button type="button" className="button button-primary" onClick={() => location.reload()}>
        {i18next.t('state.reload')}
      </button>
    </main>
  );
}
