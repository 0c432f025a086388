import { type ReactElement } from 'react';
import './specimen.css';

/** One of each thing that a visual change can touch: type, an icon, an outline, a radius, a shadow, a needle. */
export function Specimen(): ReactElement {
  return (
    <div className="specimen" data-rg="">
      <svg className="specimen-icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 8.5l3.2 3.2L13 4.8" />
      </svg>
      <span className="specimen-title">Writing the release notes</span>
      <span className="specimen-figure">57 %</span>
      <span className="specimen-rail">
        <span className="specimen-line" />
        <span className="specimen-needle" />
      </span>
    </div>
  );
}
