import { useId, useRef, useState, type ReactElement, type RefObject } from 'react';
import { signIn } from './session.ts';

export interface SignInProps {
  /** Opened with its `showModal()`. */
  ref: RefObject<HTMLDialogElement | null>;
  /** Who is signed in; null: nobody. */
  name: string | null;
}

/** Says who one is. An application has its own way; the client needs no more than the token that comes of it. */
export function SignIn({ ref, name }: SignInProps): ReactElement {
  const titleId = useId();
  const fieldId = useId();
  const problemId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<string | null>(null);

  return (
    <dialog
      ref={ref}
      className="app-dialog"
      aria-labelledby={titleId}
      onClose={() => {
        form.current?.reset();
        setProblem(null);
      }}
    >
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          try {
            signIn(String(new FormData(event.currentTarget).get('who') ?? ''));
            ref.current?.close();
          } catch (error) {
            setProblem((error as Error).message);
          }
        }}
      >
        <h2 id={titleId}>Sign in</h2>
        <p>
          {name === null ? (
            'Nobody is signed in.'
          ) : (
            <>
              You are <b>{name}</b>.
            </>
          )}{' '}
          On a server in development a name is enough; any other one takes the token that your application got for you.
        </p>
        <label htmlFor={fieldId}>Name or token</label>
        <input
          id={fieldId}
          name="who"
          autoComplete="off"
          spellCheck={false}
          placeholder="ann"
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : problemId}
        />
        {problem === null ? null : (
          <p id={problemId} className="app-problem" role="alert">
            {problem}
          </p>
        )}
        <p className="app-quiet">Left empty, nobody is signed in: a server in development takes that for “dev”.</p>
        <div className="app-dialog-buttons">
          <button type="button" className="app-button-bare" onClick={() => ref.current?.close()}>
            Close
          </button>
          <button type="submit" className="app-button">
            Sign in
          </button>
        </div>
      </form>
    </dialog>
  );
}
