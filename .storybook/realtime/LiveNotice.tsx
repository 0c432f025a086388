import type { ReactElement, ReactNode } from 'react';
import type { LiveServerState } from '@regen/realtime-mocks';
import { SCENARIOS } from '../../mocks/scenarios/index.ts';
import type { LivePlayer } from './livePlayer.ts';
import { startCommand } from './serverAddress.ts';
import { seconds } from './words.ts';

/** What the canvas says while a live story waits for its server. */
export function ServerNotice({ state, address }: { state: LiveServerState; address: string }): ReactElement {
  const server = <bdi className="regen-live-address">{address}</bdi>;
  const start = startCommand(address);
  switch (state) {
    case 'looking':
    case 'ready':
      return <Notice title="Looking for the server">{server}</Notice>;
    case 'absent':
      return (
        <Notice title="No live server answers">
          <p>Nothing answers at {server}. Start the server in the folder of this project:</p>
          <Command>{start}</Command>
          <p>The story begins by itself once the server is there. Another address goes into the field below.</p>
        </Notice>
      );
    case 'silent':
      return (
        <Notice title="No answer comes from the server">
          <p>
            {server} has not answered for 10 s. What listens there hangs, or something on the way swallows the calls, or
            other tabs hold the six connections that a browser opens to one server. The story begins by itself once it
            answers.
          </p>
        </Notice>
      );
    case 'unreadable':
      return (
        <Notice title="This page may not read what the server answers">
          <p>
            Something answers at {server}, and keeps its answers from pages of{' '}
            <bdi className="regen-live-address">{location.origin}</bdi>. A browser does not tell which it is: no Regen
            Realtime server, or one that does not let this origin in. Such a server is started with it:
          </p>
          <Command>{`ALLOWED_ORIGINS=${location.origin} ${start}`}</Command>
        </Notice>
      );
    case 'notThisServer':
      return (
        <Notice title="This is no Regen Realtime server">
          <p>
            What answers at {server} does not answer as one: another program has this port, or a proxy stands there that
            reaches no server. Start the server on a free port, and put its address into the field below:
          </p>
          <Command>PORT=3001 npm run dev:realtime</Command>
        </Notice>
      );
    case 'production':
      return (
        <Notice title="The server is one for production">
          <p>
            The server at {server} does not take the users of stories (401). They sign in as{' '}
            <code>dev:&lt;name&gt;</code>, which a server in development takes alone. Start one:
          </p>
          <Command>{start}</Command>
        </Notice>
      );
    case 'otherKey':
      return (
        <Notice title="The server has another worker key">
          <p>
            The workers of stories have the key <code>dev-worker-key</code>, and the server at {server} refuses it.
            Start it without <code>WORKER_KEY</code>:
          </p>
          <Command>{start}</Command>
        </Notice>
      );
    case 'unable':
      return (
        <Notice title="The server is not ready">
          <p>
            The server at {server} says that it cannot do its work at present, as where its log does not answer. The
            story begins by itself once it can.
          </p>
        </Notice>
      );
  }
}

/** What the canvas says where a browser alone cannot play the whole scenario. */
export function FaultsNotice({ player }: { player: LivePlayer }): ReactElement {
  const { scenario, leftOut } = player;
  return (
    <Notice title="A browser alone cannot make all of this">
      <p>This scenario has faults that nobody can ask of a real server or network from a page:</p>
      <ul className="regen-live-steps">
        {leftOut.map(({ at, what }) => (
          <li key={`${String(at)} ${what}`}>
            <span>{at === null ? 'throughout' : seconds(at)}</span>
            <code>{what}</code>
          </li>
        ))}
      </ul>
      {SCENARIOS.some(({ id }) => id === scenario.id) && (
        <>
          <p>The project’s tests play it with them on the real server:</p>
          <Command>{`npx vitest run --project server tests/scenarios -t "${scenario.id} on"`}</Command>
        </>
      )}
      <p>Here the rest can be played: the same script without these faults, so what is seen is not what it is about.</p>
      <button type="button" onClick={player.playRest}>
        Play the rest
      </button>
    </Notice>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className="regen-live" aria-label={title} dir="ltr">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Command({ children }: { children: string }): ReactElement {
  return (
    <pre>
      <code>{children}</code>
    </pre>
  );
}
