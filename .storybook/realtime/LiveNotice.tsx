import type { ReactElement } from 'react';

/** What the canvas says while the toolbar asks for a live server and there is none to be had. */
export function LiveNotice(): ReactElement {
  return (
    <div className="regen-live" role="note">
      <h3>No live server is connected</h3>
      <p>
        These stories run on the mock. The server that can take its place is not part of this version yet; it will start
        with <code>npm run dev:realtime</code> and listen on <code>http://localhost:3000</code>.
      </p>
      <p>Switch “Realtime” in the toolbar back to Mock to see the story.</p>
    </div>
  );
}
