import { useEffect, useRef, type ReactElement } from 'react';
import {
  GlobalAIStatusBar,
  JobTimelinePanel,
  SessionRestoreBanner,
  useConnection,
  useJobs,
  useRealtimeClient,
  useRealtimeSelector,
  useSessionRestore,
  type JobEntry,
} from '@/index';
import { Answer } from './Answer.tsx';
import { AskForm } from './AskForm.tsx';
import { Questions } from './Questions.tsx';
import { SignIn } from './SignIn.tsx';
import { nameOf, onSignIn, useToken } from './session.ts';
import { chooseJob, settleOn, useChosenJob } from './useChosenJob.ts';
import { usePanelBesideAnswer } from './usePanelBesideAnswer.ts';

/** Ask a question, watch the answer, cancel it, leave the page and come back to every word of it. */
export function App(): ReactElement {
  const client = useRealtimeClient();
  const token = useToken();
  const name = nameOf(token);
  const { refusal } = useConnection();
  /** Only a server in development takes nobody for somebody. */
  const isNobody = token === null && refusal !== null;
  const { banner } = useSessionRestore({ onShow: chooseJob });
  const jobs = useJobs();
  const entries = newestFirst(jobs);
  const chosen = useChosenJob();
  const newest = entries[0]?.jobId ?? null;
  const signIn = useRef<HTMLDialogElement>(null);
  const showSignIn = (): void => signIn.current?.showModal();
  usePanelBesideAnswer();

  useEffect(() => onSignIn(client.retryNow), [client]);
  useEffect(() => {
    // What is read stays, whatever begins elsewhere.
    if (chosen === null && newest !== null) settleOn(newest);
  }, [chosen, newest]);
  useLeftWithUser(chosen !== null && isKnown(jobs.get(chosen)));

  return (
    <div className="app">
      <GlobalAIStatusBar onSignIn={showSignIn} />
      <header className="app-head">
        <a className="app-name" href="/">
          Regen Realtime
        </a>
        <button type="button" className="app-who" onClick={showSignIn}>
          {isNobody ? (
            'Not signed in'
          ) : (
            <>
              <span className="app-quiet">Signed in as</span> {name}
            </>
          )}
        </button>
      </header>
      <main className="app-main">
        <SessionRestoreBanner {...banner} className="app-banner" />
        <AskForm key={name} token={token} isFirst={chosen === null} onAsked={chooseJob} />
        {chosen === null ? null : <Answer key={chosen} jobId={chosen} />}
        <Questions entries={entries.filter(({ jobId }) => jobId !== chosen)} />
      </main>
      <JobTimelinePanel output="prose" />
      <SignIn ref={signIn} name={isNobody ? null : name} />
    </div>
  );
}

/** Where somebody else signs in, a job that was shown to the one before leaves the page with them. */
function useLeftWithUser(isShown: boolean): void {
  const generation = useRealtimeSelector((state) => state.userGeneration);
  const before = useRef({ generation, isShown });
  useEffect(() => {
    if (before.current.generation !== generation && before.current.isShown) settleOn(null);
    before.current = { generation, isShown };
  }, [generation, isShown]);
}

function isKnown(entry: JobEntry | undefined): boolean {
  return entry !== undefined && createdAt(entry) !== undefined;
}

function createdAt({ job, summary }: JobEntry): number | undefined {
  return (job ?? summary)?.createdAt;
}

/** Those of which something is known. */
function newestFirst(jobs: ReadonlyMap<string, JobEntry>): JobEntry[] {
  return [...jobs.values()].filter(isKnown).toSorted((one, other) => (createdAt(other) ?? 0) - (createdAt(one) ?? 0));
}
