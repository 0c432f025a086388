import { useRef, useState, type ReactElement } from 'react';
import {
  GlobalAIStatusBar,
  JobTimelinePanel,
  SessionRestoreBanner,
  useJobs,
  useRealtimeClient,
  useSessionRestore,
  type JobEntry,
} from '@/index';
import { storedToken } from '@/services/realtime/storedToken';
import { Answer } from './Answer.tsx';
import { AskForm } from './AskForm.tsx';
import { Questions } from './Questions.tsx';
import { SignIn } from './SignIn.tsx';
import { nameOf, saveToken } from './session.ts';
import { chooseJob, useChosenJob } from './useChosenJob.ts';

/** Ask a question, watch the answer, cancel it, leave the page and come back to every word of it. */
export function App(): ReactElement {
  const client = useRealtimeClient();
  const { banner } = useSessionRestore({ onShow: chooseJob });
  const entries = newestFirst(useJobs());
  const chosen = useChosenJob();
  const [token, setToken] = useState(storedToken);
  const signIn = useRef<HTMLDialogElement>(null);
  const shown = chosen ?? entries[0]?.jobId ?? null;
  const showSignIn = (): void => signIn.current?.showModal();

  return (
    <div className="app">
      <GlobalAIStatusBar onSignIn={showSignIn} />
      <header className="app-head">
        <a className="app-name" href="/">
          Regen Realtime
        </a>
        <button type="button" className="app-who" onClick={showSignIn}>
          <span className="app-quiet">Signed in as</span> {nameOf(token)}
        </button>
      </header>
      <main className="app-main">
        <SessionRestoreBanner {...banner} className="app-banner" />
        <AskForm isFirst={shown === null} onAsked={chooseJob} />
        {shown === null ? null : <Answer key={shown} jobId={shown} />}
        <Questions entries={entries.filter(({ jobId }) => jobId !== shown)} />
      </main>
      <JobTimelinePanel output="prose" />
      <SignIn
        ref={signIn}
        name={nameOf(token)}
        onSignIn={(entered) => {
          saveToken(entered);
          setToken(storedToken());
          client.retryNow();
        }}
      />
    </div>
  );
}

function newestFirst(jobs: ReadonlyMap<string, JobEntry>): JobEntry[] {
  const createdAt = ({ job, summary }: JobEntry): number => (job ?? summary)?.createdAt ?? 0;
  return [...jobs.values()].toSorted((one, other) => createdAt(other) - createdAt(one));
}
