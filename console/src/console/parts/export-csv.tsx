import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import type { ExportedList } from '../csv-download.ts';
import { useCsvExport } from '../use-csv-export.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** Everything that the list holds with these filters, as one CSV file. */
export function ExportCsv(exported: ExportedList) {
  const { t, i18n } = useTranslation();
  const { state, start, cancel } = useCsvExport(exported);
  const format = (rows: number) => new Intl.NumberFormat(i18n.language === 'en' ? 'en-GB' : 'es-CO').format(rows);
  return (
    <div className="export">
      {state.kind === 'running' ? (
        <Button size="small" onPress={cancel}>
          {t('export.cancel')}
        </Button>
      ) : (
        <Button size="small" icon="download" onPress={start}>
          {t('export.start')}
        </Button>
      )}
      <p className="export-progress" role="status">
        {state.kind === 'running' ? t('export.running', { rows: format(state.rows) }) : null}
        {state.kind === 'done' ? t('export.done', { rows: format(state.rows), count: state.rows }) : null}
        {state.kind === 'failed' ? t('export.failed') : null}
      </p>
      {state.kind === 'failed' ? <ProblemNotice error={state.error} onRetry={start} /> : null}
    </div>
  );
}
