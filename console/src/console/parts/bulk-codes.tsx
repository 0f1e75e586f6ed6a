import { answer } from '@llavero/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { writeCodes } from '../codes-csv.ts';
import { KEYS } from '../queries.ts';
import { saveFile } from '../save-file.ts';
import { useBulkRun } from '../use-bulk-run.ts';
import { useLeaveQuestion } from '../use-leave-question.ts';
import { BulkPeople, type Groups } from './bulk-people.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { type Letter, Letters } from './letters.tsx';
import { SessionNotice } from './session-notice.tsx';

export interface BulkCodesProps {
  readonly groups: Groups;
  /** The person wants to close, and is asked first. */
  readonly asking: boolean;
  readonly onStay: () => void;
  readonly onClose: () => void;
  readonly onTryToClose: () => void;
  readonly onBusy: (busy: boolean) => void;
  readonly onUnkept: (unkept: boolean) => void;
}

/** Creates an activation code for each of many, and shows them once: as letters on paper or as a file. */
export function BulkCodes(props: BulkCodesProps) {
  const { groups, asking, onStay, onClose, onTryToClose, onBusy, onUnkept } = props;
  const { t } = useTranslation();
  const { service } = useWorkplace();
  const client = useQueryClient();
  // Never repeated by itself: each code voids the one before.
  const { run, running, started, done, failed, left } = useBulkRun(groups.fit, ({ tokenId }) =>
    answer(service.POST('/tokens/{tokenId}/activation-codes', { params: { path: { tokenId } } })),
  );
  const unkept = done.length > 0;
  useEffect(() => onBusy(running), [onBusy, running]);
  useEffect(() => onUnkept(unkept), [onUnkept, unkept]);
  useEffect(() => {
    if (started && !running) void client.invalidateQueries({ queryKey: KEYS.companyEvents });
  }, [client, started, running]);
  useLeaveQuestion(unkept);

  if (asking) return <CloseQuestion done={done} onStay={onStay} onClose={onClose} />;
  return (
    <>
      <div className="dialog-body">
        {unkept ? (
          <Notice tone="warning" title={t('bulk.shownOnce')} />
        ) : (
          <SessionNotice text={t('bulk.signedOut')} inDialog />
        )}
        {groups.fit.length === 0 ? <Notice tone="info" title={t('bulk.nobodyCodes')} /> : null}
        <BulkPeople groups={groups} forCodes />
        {started ? (
          <BulkProgress total={groups.fit.length} done={done.length} failed={failed} running={running} />
        ) : (
          <p>{t('bulk.askCodes', { count: groups.fit.length })}</p>
        )}
      </div>
      <footer className="dialog-footer">
        <Button onPress={onTryToClose} isDisabled={running}>
          {t(started ? 'state.close' : 'state.cancel')}
        </Button>
        {unkept && !running ? <KeepButtons done={done} /> : null}
        {left.length > 0 ? (
          <CreateButton count={left.length} started={started} running={running} onPress={run} />
        ) : null}
      </footer>
      <Letters letters={done} />
    </>
  );
}

interface CreateButtonProps {
  readonly count: number;
  readonly started: boolean;
  readonly running: boolean;
  readonly onPress: () => void;
}

/** Creates the codes; afterwards those that failed. */
function CreateButton({ count, started, running, onPress }: CreateButtonProps) {
  const { t } = useTranslation();
  const words = t(started ? 'bulk.retry' : 'bulk.createCodes', { count });
  return (
    <Button variant={started ? 'secondary' : 'primary'} isPending={running} onPress={onPress}>
      {running ? t('activation.creating') : words}
    </Button>
  );
}

/** The codes as a file, or as letters on paper. */
function KeepButtons({ done }: { done: readonly Letter[] }) {
  const { t } = useTranslation();
  const download = (): void => {
    const lines = done.map(({ person: { holder }, result }) => ({
      full_name: holder.fullName,
      username: holder.username,
      activation_code: result.activationCode,
      expires_at: result.expiresAt,
    }));
    saveFile(new Blob([writeCodes(lines)], { type: 'text/csv;charset=utf-8' }), 'llavero-codigos.csv');
  };
  return (
    <>
      <Button icon="download" onPress={download}>
        {t('bulk.downloadCodes')}
      </Button>
      <Button variant="primary" icon="print" onPress={() => window.print()}>
        {t('bulk.printLetters')}
      </Button>
    </>
  );
}

interface CloseQuestionProps {
  readonly done: readonly Letter[];
  readonly onStay: () => void;
  readonly onClose: () => void;
}

/** Closing loses the codes: the person says that it may. */
function CloseQuestion({ done, onStay, onClose }: CloseQuestionProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="dialog-body">
        <Notice tone="warning" title={t('bulk.closeTitle', { count: done.length })} role="alert">
          <p>{t('bulk.closeText')}</p>
        </Notice>
      </div>
      <footer className="dialog-footer">
        <Button onPress={onStay} autoFocus>
          {t('bulk.stay')}
        </Button>
        <Button variant="danger" onPress={onClose}>
          {t('bulk.closeAnyway')}
        </Button>
      </footer>
    </>
  );
}
