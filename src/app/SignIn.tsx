import { useId, type ReactElement, type RefObject } from 'react';

export interface SignInProps {
  /** Opened with its `showModal()`. */
  ref: RefObject<HTMLDialogElement | null>;
  /** Who is signed in. */
  name: string;
  /** A name, a token, or nothing, which signs out. */
  onSignIn: (entered: string) => void;
}

/** Says who one is. An application has its own way; the client needs no more than the token that comes of it. */
export function SignIn({ ref, name, onSignIn }: SignInProps): ReactElement {
  const titleId = useId();
  const fieldId = useId();
  return (
    <dialog ref={ref} className="app-dialog" aria-labelledby={titleId}>
      <form
        method="dialog"
        onSubmit={(event) => {
          onSignIn(String(new FormData(event.currentTarget).get('who') ?? ''));
          event.currentTarget.reset();
        }}
      >
        <h2 id={titleId}>Sign in</h2>
        <p>
          You are <b>{name}</b>. On a server in development a name is enough; any other one takes the token that your
          application got for you.
        </p>
        <label htmlFor={fieldId}>Name or token</label>
        <input id={fieldId} name="who" autoComplete="off" spellCheck={false} placeholder="ann" />
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
