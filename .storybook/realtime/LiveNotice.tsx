import type { ReactElement } from 'react';

/** How a live server is had in this version. */
const HOW = 'The server starts with “npm run dev:realtime”, but stories cannot use it in this version.';

/** What the canvas says while the toolbar asks for a live server and there is none to be had. */
export function LiveNotice(): ReactElement {
  return (
    <div className="regen-live" role="note">
      <h3>No live server is connected</h3>
      <p>
        <bdi>{HOW} The stories run on the mock.</bdi>
      </p>
      <p>
        <bdi>Switch “Realtime” in the toolbar back to “Mock” to see the story.</bdi>
      </p>
    </div>
  );
}
