import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import { useConnection, useRealtimeClient, type ConnectionState } from '@/index';
import { ask, createQuestion, type Question } from './ask.ts';

const EXAMPLES = ['What happens after a crash?', 'What does a rolling deploy do?', 'What can a crash of Redis cost?'];

export interface AskFormProps {
  /** Who asks. */
  token: string | null;
  /** Nothing was asked yet: examples help. */
  isFirst: boolean;
  onAsked: (jobId: string) => void;
}

/** Sends a question. What was typed stays in the field until a job has it; what is typed meanwhile stays too. */
export function AskForm({ token, isFirst, onAsked }: AskFormProps): ReactElement {
  const client = useRealtimeClient();
  const isConnected = isLive(useConnection());
  const fieldId = useId();
  const problemId = useId();
  const [typed, setTyped] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<{ problem: string; wasConnected: boolean } | null>(null);
  // What failed for want of a connection is over with one.
  const problem = failure === null || (isConnected && !failure.wasConnected) ? null : failure.problem;
  const field = useRef<HTMLInputElement>(null);
  const unanswered = useRef<Question | null>(null);
  const left = useRef(new AbortController());

  useEffect(() => {
    const controller = new AbortController();
    left.current = controller;
    return () => {
      controller.abort();
    };
  }, []);

  async function send(text: string): Promise<void> {
    if (text.trim() === '' || isAsking) return;
    const { signal } = left.current;
    const question = unanswered.current?.prompt === text.trim() ? unanswered.current : createQuestion(text);
    unanswered.current = question;
    setAsking(true);
    setFailure(null);
    try {
      const jobId = await ask(client.url, token, question, signal);
      if (signal.aborted) return;
      unanswered.current = null;
      setTyped((now) => (now === text ? '' : now));
      onAsked(jobId);
    } catch (error) {
      if (signal.aborted) return;
      setTyped((now) => (now === '' ? text : now));
      const { message } = error as Error;
      setFailure({ problem: message, wasConnected: isLive(client.store.getState().connection) });
      field.current?.focus();
    }
    setAsking(false);
  }

  return (
    <form
      className="app-ask"
      onSubmit={(event) => {
        event.preventDefault();
        void send(typed);
      }}
    >
      <label htmlFor={fieldId} className="app-ask-label">
        Ask this project’s documents
      </label>
      <div className="app-ask-row">
        <input
          ref={field}
          id={fieldId}
          value={typed}
          autoComplete="off"
          placeholder={EXAMPLES[0]}
          aria-describedby={problem === null ? undefined : problemId}
          aria-invalid={problem !== null}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        <button type="submit" className="app-button" disabled={isAsking || typed.trim() === ''}>
          {isAsking ? 'Asking…' : 'Ask'}
        </button>
      </div>
      {problem === null ? null : (
        <p id={problemId} className="app-problem" role="alert">
          {problem}
        </p>
      )}
      {isFirst ? (
        <ul className="app-examples" aria-label="Examples">
          {EXAMPLES.map((example) => (
            <li key={example}>
              <button type="button" onClick={() => void send(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </form>
  );
}

function isLive({ socketStatus, online }: ConnectionState): boolean {
  return socketStatus === 'connected' && online;
}
