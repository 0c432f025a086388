import { useId, useState, type ReactElement } from 'react';
import { LIMITS } from '@regen/realtime-shared';
import { useRealtimeClient } from '@/index';
import { storedToken } from '@/services/realtime/storedToken';
import { ask } from './ask.ts';

const EXAMPLES = ['What happens after a crash?', 'How does a client resume a job?', 'What can Redis lose?'];

export interface AskFormProps {
  /** Nothing was asked yet: examples help. */
  isFirst: boolean;
  onAsked: (jobId: string) => void;
}

/** Sends a question. What was typed stays in the field until a job has it. */
export function AskForm({ isFirst, onAsked }: AskFormProps): ReactElement {
  const client = useRealtimeClient();
  const fieldId = useId();
  const problemId = useId();
  const [prompt, setPrompt] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(question: string): Promise<void> {
    if (question.trim() === '' || isAsking) return;
    setAsking(true);
    setProblem(null);
    try {
      const jobId = await ask(client.url, storedToken(), question.trim());
      setPrompt('');
      onAsked(jobId);
    } catch (error) {
      setPrompt(question);
      setProblem((error as Error).message);
    } finally {
      setAsking(false);
    }
  }

  return (
    <form
      className="app-ask"
      onSubmit={(event) => {
        event.preventDefault();
        void send(prompt);
      }}
    >
      <label htmlFor={fieldId} className="app-ask-label">
        Ask this project’s documents
      </label>
      <div className="app-ask-row">
        <input
          id={fieldId}
          value={prompt}
          maxLength={LIMITS.titleLength}
          autoComplete="off"
          placeholder={EXAMPLES[0]}
          aria-describedby={problem === null ? undefined : problemId}
          aria-invalid={problem !== null}
          onChange={(event) => {
            setPrompt(event.target.value);
          }}
        />
        <button type="submit" className="app-button" disabled={isAsking || prompt.trim() === ''}>
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
