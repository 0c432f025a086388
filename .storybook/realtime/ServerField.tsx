import { useState, type ReactElement } from 'react';
import { chooseAddress } from './chosenServer.ts';
import { addressOf } from './serverAddress.ts';

/** Shows the live server's address, and takes another one for all stories. */
export function ServerField({ address }: { address: string }): ReactElement {
  const [draft, setDraft] = useState(address);
  const [isRefused, setRefused] = useState(false);
  return (
    <form
      className="player-server"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = addressOf(draft);
        setRefused(typed === null);
        if (typed !== null) chooseAddress(typed);
      }}
    >
      <label>
        Server
        <input
          type="text"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          value={draft}
          aria-invalid={isRefused}
          onChange={(event) => {
            setDraft(event.target.value);
            setRefused(false);
          }}
        />
      </label>
      <button type="submit" disabled={draft === address}>
        Use
      </button>
      <span role="alert">{isRefused ? 'Not an address such as http://localhost:3000' : ''}</span>
    </form>
  );
}
